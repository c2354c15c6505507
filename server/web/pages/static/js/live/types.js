/**
 * The shapes of docs/protocol.md, for the type checker alone: this module exports nothing that runs.
 *
 * Times are RFC 3339 strings in UTC; bit rates in bit/s, loss 0..1, round trips in seconds.
 *
 * @typedef {"draft" | "scheduled" | "rehearsal" | "open" | "live" | "closed" | "cancelled"} Phase
 * @typedef {"absent" | "present" | "lost"} Presence
 * @typedef {"no_signal" | "black" | "frozen" | "silent" | "clipping" | "level_mismatch"} Signal
 *
 * @typedef {object} Health
 * @property {"good" | "fair" | "poor"} state
 * @property {string} at
 * @property {number | null} bitrate
 * @property {number | null} loss
 * @property {number | null} round_trip
 * @property {number | null} frames
 * @property {{bitrate: number | null, loss: number | null, picture: "full" | "reduced" | "still"} | null} [received]
 * @property {Signal[]} [signals] what is wrong with its picture and sound, worst first
 * @property {string | null} [still] when its latest still was taken
 *
 * @typedef {object} CheckInSummary
 * @property {string} at
 * @property {number} revision
 * @property {string} local_chair
 * @property {number} headcount
 * @property {number} present
 * @property {number} absent
 *
 * @typedef {object} EndpointStatus
 * @property {string} code
 * @property {string} name
 * @property {string} region
 * @property {Presence} presence
 * @property {boolean} late
 * @property {string | null} last_seen
 * @property {boolean} publishing
 * @property {string | null} [stopped] staff only; why it sends no more
 * @property {CheckInSummary | null} [check_in] staff only; null until the site has checked in
 * @property {Health | null} [health] staff only; null without media
 *
 * @typedef {object} Turn
 * @property {string} endpoint
 * @property {string} name
 * @property {string} speaker
 * @property {string} topic
 * @property {string} started_at
 * @property {string | null} held_until the site dropped; its turn waits until then
 * @property {number} number of the turn in this briefing
 * @property {boolean} paused the chair has interrupted it
 * @property {number | null} allotted seconds; null: no limit
 * @property {number} spent seconds of it, when the document was written
 * @property {boolean} standing its clock stands: the turn is held or paused
 *
 * @typedef {object} FloorRequest
 * @property {string} endpoint
 * @property {string} name
 * @property {string} speaker
 * @property {string} topic
 * @property {string} asked_at
 * @property {number} request its number in this briefing
 * @property {string} asked_by who asked on the speaker's behalf; "": the endpoint itself
 * @property {boolean} registered in the plan, beforehand
 * @property {number | null} item the agenda item it belongs to, counted from 0
 * @property {boolean} placed the chair has put it where it is
 * @property {number} spent seconds this endpoint, or this person of the hub's room, has had the floor
 *
 * @typedef {"asked" | "agenda" | "least_spoken" | "chair"} Policy by which rule the queue is ordered
 *
 * @typedef {object} Undo the chair's last move, while it may be taken back
 * @property {"turn_ended" | "granted" | "denied" | "reordered" | "muted"} what
 * @property {string} at
 *
 * @typedef {object} Chair who acts as the chair
 * @property {string | null} actor null: nobody
 * @property {string} name
 * @property {string | null} since
 * @property {boolean} attended a page holds the lease
 * @property {{actor: string, name: string}[]} deputies who else has the chair's page open
 *
 * @typedef {object} Floor
 * @property {Turn | null} turn null while the hub speaks
 * @property {FloorRequest[]} queue in the order in which they will be called
 * @property {string[]} on_deck in the order in which they get ready, each once
 * @property {number[]} called the requests that get ready, in the order in which they are called
 * @property {Policy} policy
 * @property {boolean} muted nobody but the hub may be heard
 * @property {Undo | null} undo
 * @property {Readiness[]} deck staff only; whether those who get ready could be seen and heard now
 *
 * @typedef {object} Content
 * @property {string} presenter a code, or "hub"
 * @property {string} name
 * @property {string} since
 * @property {boolean} publishing whether a picture of it arrives
 *
 * @typedef {object} AgendaItem
 * @property {string} title
 * @property {number} minutes
 * @property {string} kind
 * @property {string | null} endpoint
 * @property {string} document the reference of what it is about
 *
 * @typedef {object} Counts
 * @property {number} endpoints
 * @property {number} present
 * @property {number} checked_in
 * @property {number} publishing
 * @property {number} late
 * @property {number} headcount
 *
 * @typedef {object} Alarm what is wrong with the service itself
 * @property {"media_down" | "media_reduced" | "media_restarted" | "recording_failed" | "recording_disk_low"} code
 * @property {string} since
 *
 * @typedef {object} Status
 * @property {string} id
 * @property {number} seq
 * @property {string} now
 * @property {string} title
 * @property {"regular" | "quick_notification" | "year_review"} kind a quick notification goes one way
 * @property {Phase} state
 * @property {string} starts_at
 * @property {string} ends_at
 * @property {string | null} opened_at
 * @property {string | null} started_at
 * @property {string | null} ended_at
 * @property {Counts} counts
 * @property {Floor} floor
 * @property {Chair} chair
 * @property {Content | null} content null while nobody presents
 * @property {{since: string, state: "recording" | "failed"} | null} recording null while nothing is recorded
 * @property {{items: AgendaItem[], current: number | null}} agenda
 * @property {{publishing: boolean, health?: Health | null}} hub
 * @property {EndpointStatus[]} endpoints
 * @property {{since: string | null}} media when the media plane came up; null while it is down
 * @property {Alarm[]} alarms staff only
 * @property {{number: number, since: string, until: string} | null} rehearsal null while none runs
 * @property {PlannedRehearsal[]} rehearsals to come, the earliest first
 * @property {GoDecision | null} [go] staff only; null: nothing was decided over the lines, or it does not count any more
 * @property {AsOf | null} as_of null: this is the present
 *
 * @typedef {object} PlannedRehearsal
 * @property {number} number
 * @property {string} starts_at
 * @property {string} ends_at
 *
 * @typedef {object} GoDecision what an operator decided over all lines
 * @property {boolean} go
 * @property {string} at
 * @property {string} name whose decision it is
 * @property {string[]} not_go the codes of the endpoints that were not go then
 * @property {string[]} names of those endpoints
 * @property {string} note
 *
 * @typedef {object} AsOf the last entry of the journal by a moment of the past
 * @property {number} seq
 * @property {string} at
 * @property {string} actor
 * @property {string} kind
 * @property {string | null} previous when something happened before the moment
 * @property {string | null} next when something happened after it
 *
 * @typedef {object} JournalEntry
 * @property {number} seq
 * @property {string} at
 * @property {string} actor
 * @property {string} kind
 * @property {Record<string, any>} data
 *
 * @typedef {"ok" | "bad" | "unknown"} Check
 *
 * @typedef {object} Readiness whether a site that gets ready could speak now
 * @property {string} endpoint
 * @property {"checking" | "ready" | "failing"} state
 * @property {Check} picture
 * @property {Check} sound
 * @property {Check} uplink
 * @property {"absent" | "no_media" | "no_signal" | "black" | "frozen" | "silent" | "uplink" | null} reason
 *
 * @typedef {object} Line
 * @property {"full" | "reduced" | "still"} picture of the stage, as this site's own line carries it
 *
 * @typedef {object} Particulars what a site is told of the plan
 * @property {"regular" | "quick_notification" | "year_review"} kind
 * @property {string} number
 * @property {{name: string, position: string, leads: boolean}[]} presiding the one who leads first
 * @property {{name: string, position: string} | null} moderator
 * @property {{name: string, contact: string}[]} technicians whom to call
 * @property {string} place
 * @property {string} dress
 * @property {string} notes
 *
 * @typedef {object} Telemetry
 * @property {string} at
 * @property {Health | null} hub
 * @property {Record<string, Health>} endpoints
 */

export {};
