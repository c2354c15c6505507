/**
 * The shapes of line checks in docs/protocol.md, for the type checker alone: this module exports nothing that runs.
 *
 * @typedef {"go" | "no_go" | "stale" | "unchecked"} CheckState
 *
 * @typedef {object} FoundLine
 * @property {string} way
 * @property {number} upload bit/s of media
 * @property {number} download bit/s of a transfer
 * @property {number | null} received bit/s of media
 * @property {number | null} round_trip milliseconds
 * @property {number | null} jitter milliseconds
 * @property {number | null} loss_up per mille
 * @property {number | null} loss_down per mille
 *
 * @typedef {object} Found the site's word
 * @property {string} camera
 * @property {string} microphone
 * @property {FoundLine} line
 * @property {import("./picture.js").FoundPicture | null} picture
 * @property {(import("./sound.js").Heard & {echo: number | null}) | null} sound
 * @property {boolean} [simulated] a program's word, of clips that it sent
 *
 * @typedef {object} Measured the server's own
 * @property {number} bitrate bit/s
 * @property {number} loss per mille
 * @property {number | null} round_trip milliseconds
 * @property {number} frames per second
 * @property {string[]} signals
 * @property {number | null} level -dBov
 * @property {number | null} estimate bit/s
 *
 * @typedef {object} SiteCheck
 * @property {string} endpoint
 * @property {CheckState} state
 * @property {import("./faults.js").Fault[]} faults
 * @property {import("./faults.js").Fault[]} remarks
 * @property {string | null} at
 * @property {string | null} until
 * @property {string | null} asked_at
 * @property {string} person
 * @property {string} phone
 * @property {Found | null} found
 * @property {Measured | null} measured
 */

export {};
