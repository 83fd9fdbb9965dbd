/** Datetimes and timespans as the text that they are inside of dynamics, where nothing tells them from a string. */
export const DATETIME_TEXT = '^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{7}Z$'
export const TIMESPAN_TEXT = '^-?(\\d+\\.)?\\d\\d:\\d\\d:\\d\\d(\\.\\d{7})?$'

/** A text that may have been either. */
export const TIME_TEXT = `${DATETIME_TEXT}|${TIMESPAN_TEXT}`
