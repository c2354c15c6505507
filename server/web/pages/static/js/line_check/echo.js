// The echo: a short known sound is played, and looked for in what the microphone hears meanwhile.
//
// It tells whether this place's own loudspeaker comes back through its microphone as the meeting would send it, with the
// browser's echo cancellation at work. It cannot tell an echo that only a longer or louder sound would show, nor one of a
// mixing desk that this computer does not play through; and where the loudspeaker is off, nothing is heard and no echo.

/** Samples per second at which the two are compared: speech is below 4 kHz. */
const RATE = 8000;
const LENGTH = 0.4; // seconds of the sound
const LISTEN = 1.4; // seconds it is listened for: loudspeakers on a network take their time
const LOOK = 250; // milliseconds between looks: several fit into what is kept
const MOST_LOOKS = 20; // of a clock that stands still
const LOW = 500; // Hz
const HIGH = 3000;
const VOLUME = 0.25; // of full scale

/**
 * Play the sound and look for it.
 *
 * @param {AudioContext} context runs
 * @param {MediaStreamTrack} track the microphone, as it is sent
 * @returns {Promise<number>} per cent of likeness; below 30 is nothing that can be told from chance and noise
 */
export async function echoOf(context, track) {
  const clone = track.clone();
  clone.enabled = true;
  const source = context.createMediaStreamSource(new MediaStream([clone]));
  const analyser = new AnalyserNode(context, { fftSize: 32768 });
  source.connect(analyser);
  const heard = gather(analyser);
  play(context);
  const samples = await heard;
  source.disconnect();
  clone.stop();
  const step = context.sampleRate / RATE;
  return Math.round(likeness(thinned(samples, step), sweep(RATE)) * 100);
}

/**
 * A sound that rises from low to high, faded in and out: nothing in a room sounds like it by chance.
 *
 * @param {number} rate samples per second
 * @returns {Float32Array}
 */
export function sweep(rate) {
  const count = Math.round(LENGTH * rate);
  return Float32Array.from({ length: count }, (_, index) => {
    const at = index / rate;
    const phase = 2 * Math.PI * (LOW * at + ((HIGH - LOW) * at * at) / (2 * LENGTH));
    return Math.sin(phase) * Math.sin((Math.PI * index) / count);
  });
}

/**
 * Say how much of a stretch of what was heard is the sound that was played, at the best of all delays.
 *
 * @param {Float32Array} heard
 * @param {Float32Array} played
 * @returns {number} 0..1: the normalised cross-correlation, whatever the loudness
 */
export function likeness(heard, played) {
  const energy = played.reduce((sum, one) => sum + one * one, 0);
  let best = 0;
  let power = heard.subarray(0, played.length).reduce((sum, one) => sum + one * one, 0);
  for (let shift = 0; shift + played.length <= heard.length; shift += 1) {
    let product = 0;
    for (let index = 0; index < played.length; index += 1) product += (heard[shift + index] ?? 0) * (played[index] ?? 0);
    if (power > FAINT) best = Math.max(best, Math.abs(product) / Math.sqrt(power * energy));
    power += (heard[shift + played.length] ?? 0) ** 2 - (heard[shift] ?? 0) ** 2;
  }
  return Math.min(1, best);
}

/** Less power than this over the length of the sound is digital silence, and like nothing. */
const FAINT = 1e-6;

/**
 * Keep every so many-th sample, each the mean of those it stands for.
 *
 * @param {Float32Array} samples
 * @param {number} step
 * @returns {Float32Array}
 */
export function thinned(samples, step) {
  return Float32Array.from({ length: Math.floor(samples.length / step) }, (_, index) => {
    const part = samples.subarray(Math.floor(index * step), Math.max(1 + Math.floor(index * step), Math.floor((index + 1) * step)));
    return part.reduce((sum, one) => sum + one, 0) / part.length;
  });
}

/** @param {AudioContext} context */
function play(context) {
  const wave = sweep(context.sampleRate);
  const buffer = context.createBuffer(1, wave.length, context.sampleRate);
  buffer.getChannelData(0).set(wave.map((one) => one * VOLUME));
  const player = new AudioBufferSourceNode(context, { buffer });
  player.connect(context.destination);
  player.start();
}

/**
 * Put together what is heard while the sound is out, from overlapping looks.
 *
 * @param {AnalyserNode} analyser
 * @returns {Promise<Float32Array>}
 */
async function gather(analyser) {
  const { context } = analyser;
  const window = new Float32Array(analyser.fftSize);
  /** @type {Float32Array[]} */
  const pieces = [];
  const began = context.currentTime;
  let last = began;
  for (let looks = 0; looks < MOST_LOOKS && last < began + LISTEN; looks += 1) {
    await new Promise((resolve) => setTimeout(resolve, LOOK));
    const now = context.currentTime;
    analyser.getFloatTimeDomainData(window);
    pieces.push(window.slice(window.length - Math.min(window.length, Math.round((now - last) * context.sampleRate))));
    last = now;
  }
  return joined(pieces);
}

/** @param {Float32Array[]} pieces */
function joined(pieces) {
  const whole = new Float32Array(pieces.reduce((sum, piece) => sum + piece.length, 0));
  pieces.reduce((place, piece) => (whole.set(piece, place), place + piece.length), 0);
  return whole;
}
