"""The embedded selective forwarding unit: one UDP port, ICE-lite, DTLS-SRTP, no transcoding."""
