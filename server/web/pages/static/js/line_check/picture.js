// What the camera shows over some seconds: how bright and how lively it is, and whether anything moves in it.

/** The size at which a picture is looked at: enough to tell black from dark, and little work. */
const WIDTH = 64;
const HEIGHT = 36;

/**
 * @typedef {object} FoundPicture
 * @property {number} width pixels of the picture itself
 * @property {number} height
 * @property {number} brightness mean luma, 0 to 255
 * @property {number} contrast its standard deviation
 * @property {number} motion mean change of luma from look to look, in hundredths
 */

export class PictureWatch {
  /** @type {Float32Array[]} */
  #looks = [];
  #canvas = new OffscreenCanvas(WIDTH, HEIGHT);

  /** @param {HTMLVideoElement} video shows the camera */
  constructor(video) {
    this.video = video;
  }

  /** Look once; a picture that is not there is not looked at. */
  look() {
    const context = this.#canvas.getContext("2d", { willReadFrequently: true });
    if (context === null || this.video.videoWidth === 0) return;
    context.drawImage(this.video, 0, 0, WIDTH, HEIGHT);
    this.#looks.push(lumaOf(context.getImageData(0, 0, WIDTH, HEIGHT).data));
  }

  /** @returns {FoundPicture | null} null: there was no picture */
  get found() {
    const last = this.#looks.at(-1);
    if (last === undefined) return null;
    const { mean, deviation } = spread(last);
    return {
      width: this.video.videoWidth,
      height: this.video.videoHeight,
      brightness: Math.round(mean),
      contrast: Math.min(255, Math.round(deviation)),
      motion: motionOf(this.#looks),
    };
  }
}

/**
 * @param {Uint8ClampedArray} pixels RGBA
 * @returns {Float32Array} luma (ITU-R BT.601)
 */
export function lumaOf(pixels) {
  const luma = new Float32Array(pixels.length / 4);
  for (let i = 0; i < luma.length; i += 1) {
    const [red = 0, green = 0, blue = 0] = pixels.subarray(4 * i, 4 * i + 3);
    luma[i] = 0.299 * red + 0.587 * green + 0.114 * blue;
  }
  return luma;
}

/** @param {Float32Array} luma */
function spread(luma) {
  const mean = luma.reduce((sum, one) => sum + one, 0) / luma.length;
  const power = luma.reduce((sum, one) => sum + (one - mean) ** 2, 0) / luma.length;
  return { mean, deviation: Math.sqrt(power) };
}

/**
 * Say how much changed between the two looks that differ most: even a room in which nobody moves has a camera's noise.
 *
 * @param {Float32Array[]} looks one after another
 * @returns {number} hundredths of luma
 */
export function motionOf(looks) {
  const changes = looks.slice(1).map((look, index) => {
    const before = looks[index] ?? look;
    return look.reduce((sum, one, place) => sum + Math.abs(one - (before[place] ?? one)), 0) / look.length;
  });
  return Math.round(Math.max(0, ...changes) * 100);
}
