"""The record of a briefing and its exports."""
