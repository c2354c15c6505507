// What the microphone hears over some seconds: how loud and how quiet it is, and whether it is overdriven.

const SILENCE = 127; // -dBov (RFC 6464, section 3)
const PERIOD = 50; // milliseconds between looks
const FULL = 0.999; // of full scale
/** The share of looks that may be quieter than what is called the quietest: a click is no silence. */
const QUIET = 0.9;

/**
 * @typedef {object} Heard
 * @property {number} loudest -dBov: 0 is full scale, 127 is silence
 * @property {number} quietest
 * @property {number} clipped per mille of samples at full scale
 */

/** Listens to one microphone, whether or not its track is muted where it is sent. */
export class SoundWatch {
  /** @type {number[]} */
  #levels = [];
  #samples = 0;
  #full = 0;

  /**
   * @param {AudioContext} context runs
   * @param {MediaStreamTrack} track
   */
  constructor(context, track) {
    this.clone = track.clone();
    this.clone.enabled = true;
    const analyser = new AnalyserNode(context, { fftSize: 2048 });
    this.source = context.createMediaStreamSource(new MediaStream([this.clone]));
    this.source.connect(analyser);
    const samples = new Float32Array(analyser.fftSize);
    this.timer = setInterval(() => {
      analyser.getFloatTimeDomainData(samples);
      this.#take(samples);
    }, PERIOD);
  }

  /** Stop listening. @returns {Heard} */
  finish() {
    clearInterval(this.timer);
    this.source.disconnect();
    this.clone.stop();
    return heardOf(this.#levels, this.#full, this.#samples);
  }

  /** @param {Float32Array} samples -1..1 */
  #take(samples) {
    this.#levels.push(levelOf(samples));
    this.#samples += samples.length;
    this.#full += samples.reduce((count, sample) => count + (Math.abs(sample) >= FULL ? 1 : 0), 0);
  }
}

/**
 * @param {number[]} levels -dBov
 * @param {number} full samples at full scale
 * @param {number} samples all of them
 * @returns {Heard}
 */
export function heardOf(levels, full, samples) {
  const sorted = [...levels].sort((a, b) => a - b);
  return {
    loudest: sorted[0] ?? SILENCE,
    quietest: sorted[Math.floor(sorted.length * QUIET)] ?? SILENCE,
    clipped: samples === 0 ? 0 : Math.round((full / samples) * 1000),
  };
}

/**
 * @param {Float32Array} samples -1..1
 * @returns {number} -dBov, by their root mean square
 */
export function levelOf(samples) {
  const power = samples.reduce((sum, sample) => sum + sample * sample, 0) / samples.length;
  const level = power > 0 ? Math.round(-10 * Math.log10(power)) : SILENCE;
  return Math.min(SILENCE, Math.max(0, level));
}
