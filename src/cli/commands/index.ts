import type { CliCommand } from '../command.ts'
import { completion } from './completion.ts'
import { list } from './list.ts'
import { show } from './show.ts'
import { validate } from './validate.ts'

/** All commands, in the order of `hunt --help`. */
export const COMMANDS: readonly CliCommand[] = [list, show, validate, completion]
