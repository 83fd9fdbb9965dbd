/** Closed lists of values. They stand alone, because help and completion need them and nothing else of the settings. */
export const BACKENDS = ['azure', 'local'] as const
/** What a workspace of hunt.yaml is. */
export const WORKSPACE_KINDS = ['log-analytics', 'defender-xdr', 'data-explorer'] as const
export const CLOUDS = ['public', 'usgovernment', 'china'] as const
export const LOG_LEVELS = ['error', 'warn', 'info', 'debug'] as const
export const LOG_FORMATS = ['text', 'json'] as const
/** What a report may be written as. */
export const REPORT_FORMATS = ['html', 'csv', 'json', 'md', 'navigator'] as const
