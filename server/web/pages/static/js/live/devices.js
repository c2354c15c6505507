// Cameras and microphones: opening them, and saying plainly why one does not open.

const REMEMBERED = { videoinput: "giaoban.camera", audioinput: "giaoban.microphone" };

/**
 * @typedef {"insecure" | "denied" | "missing" | "in_use"} Trouble why a device did not open
 *
 * @typedef {object} Opened
 * @property {MediaStreamTrack | null} audio
 * @property {MediaStreamTrack | null} video
 * @property {Trouble | null} audioTrouble
 * @property {Trouble | null} videoTrouble
 */

/**
 * Name the reason behind a refusal of `getUserMedia`.
 *
 * @param {unknown} error
 * @returns {Trouble}
 */
function troubleOf(error) {
  const name = error instanceof DOMException ? error.name : "";
  if (name === "NotAllowedError" || name === "SecurityError") return "denied";
  if (name === "NotFoundError" || name === "OverconstrainedError") return "missing";
  return "in_use";
}

/** Whether this page may use devices at all: browsers allow it over HTTPS and on localhost only. */
function devicesAllowed() {
  return globalThis.isSecureContext && navigator.mediaDevices !== undefined;
}

/**
 * Open the remembered camera and microphone, or any; one that fails does not take the other with it.
 *
 * @returns {Promise<Opened>}
 */
export async function openDevices() {
  if (!devicesAllowed()) return { audio: null, video: null, audioTrouble: "insecure", videoTrouble: "insecure" };
  try {
    // Both in one request: people are asked once.
    const stream = await navigator.mediaDevices.getUserMedia({ audio: microphone(), video: camera() });
    const [audio = null, video = null] = [stream.getAudioTracks()[0], stream.getVideoTracks()[0]];
    return { audio, video, audioTrouble: null, videoTrouble: null };
  } catch {
    return openApart();
  }
}

/** @returns {Promise<Opened>} */
async function openApart() {
  const audio = await open({ audio: microphone() });
  const video = await open({ video: camera() });
  return { audio: audio.track, video: video.track, audioTrouble: audio.trouble, videoTrouble: video.trouble };
}

/**
 * @param {MediaStreamConstraints} constraints of one kind
 * @returns {Promise<{track: MediaStreamTrack | null, trouble: Trouble | null}>}
 */
async function open(constraints) {
  try {
    const stream = await navigator.mediaDevices.getUserMedia(constraints);
    return { track: stream.getTracks()[0] ?? null, trouble: null };
  } catch (error) {
    return { track: null, trouble: troubleOf(error) };
  }
}

/** @returns {MediaTrackConstraints} */
function microphone() {
  return { ...chosen("audioinput"), echoCancellation: true, noiseSuppression: true, autoGainControl: true };
}

/** @returns {MediaTrackConstraints} */
function camera() {
  return { ...chosen("videoinput"), width: { ideal: 1280 }, height: { ideal: 720 }, frameRate: { ideal: 25, max: 30 } };
}

/**
 * @param {"videoinput" | "audioinput"} kind
 * @returns {MediaTrackConstraints}
 */
function chosen(kind) {
  const deviceId = localStorage.getItem(REMEMBERED[kind]);
  return deviceId ? { deviceId: { ideal: deviceId } } : {};
}

/**
 * Remember a choice for this browser.
 *
 * @param {"videoinput" | "audioinput"} kind
 * @param {string} deviceId
 */
export function choose(kind, deviceId) {
  localStorage.setItem(REMEMBERED[kind], deviceId);
}

/**
 * List the devices of one kind; their labels are empty until one has been opened.
 *
 * @param {"videoinput" | "audioinput"} kind
 * @returns {Promise<MediaDeviceInfo[]>}
 */
export async function listDevices(kind) {
  if (!devicesAllowed()) return [];
  const devices = await navigator.mediaDevices.enumerateDevices();
  return devices.filter((device) => device.kind === kind && device.deviceId !== "");
}
