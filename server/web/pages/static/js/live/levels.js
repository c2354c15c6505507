// How loud a microphone is, by Web Audio: for the moving bar people trust more than any sentence.

/** The span of the meter, in dBFS: below the first nothing moves, at the second it is full. */
const FLOOR = -60;
const CEILING = -6;
const PERIOD = 80; // milliseconds between looks

/**
 * Turn samples into 0..1 on the meter's scale, by their root mean square.
 *
 * @param {Float32Array} samples -1..1
 * @returns {number}
 */
export function loudness(samples) {
  const power = samples.reduce((sum, sample) => sum + sample * sample, 0) / samples.length;
  const decibels = 10 * Math.log10(power + 1e-12);
  return Math.min(1, Math.max(0, (decibels - FLOOR) / (CEILING - FLOOR)));
}

/** Measures one microphone; a clone of its track, so that muting what is sent does not blind the meter. */
export class LevelMeter {
  /** @type {AudioContext | null} */
  #context = null;
  /** @type {MediaStreamTrack | null} */
  #clone = null;
  /** @type {ReturnType<typeof setInterval> | undefined} */
  #timer;

  /** @param {(level: number) => void} draw called about twelve times a second with 0..1 */
  constructor(draw) {
    this.draw = draw;
  }

  /**
   * Measure this track from now on; null stops.
   *
   * @param {MediaStreamTrack | null} track
   */
  measure(track) {
    this.stop();
    if (track === null) return;
    this.#clone = track.clone();
    this.#clone.enabled = true;
    this.#context = new AudioContext();
    const analyser = new AnalyserNode(this.#context, { fftSize: 1024 });
    this.#context.createMediaStreamSource(new MediaStream([this.#clone])).connect(analyser);
    const samples = new Float32Array(analyser.fftSize);
    let shown = 0;
    this.#timer = setInterval(() => {
      // Browsers start the context only after a gesture; asking again costs nothing.
      if (this.#context?.state === "suspended") void this.#context.resume();
      analyser.getFloatTimeDomainData(samples);
      shown = Math.max(loudness(samples), shown * 0.8);
      this.draw(shown);
    }, PERIOD);
  }

  /** Let go of the microphone. */
  stop() {
    clearInterval(this.#timer);
    this.#clone?.stop();
    void this.#context?.close();
    this.#clone = null;
    this.#context = null;
  }
}
