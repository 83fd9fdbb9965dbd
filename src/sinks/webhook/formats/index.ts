import type { WebhookFormat } from '../format.ts'
import { hunt } from './hunt.ts'
import { jira } from './jira.ts'
import { servicenow } from './servicenow.ts'
import { slack } from './slack.ts'
import { teams } from './teams.ts'
import { thehive } from './thehive.ts'

/** Ready formats, by name. Adding one is a file and a line. */
export const FORMATS: readonly WebhookFormat[] = [hunt, teams, slack, thehive, jira, servicenow]
