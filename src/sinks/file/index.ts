import { join, resolve } from 'node:path'
import type { SinkKind } from '../sink-kind.ts'
import { createFileSink } from './file-sink.ts'

export const fileSink: SinkKind = {
  type: 'file',
  summary: 'One JSON file an incident, in folders by day.',
  options: { folder: 'Folder of the files; relative to the output folder. Default: incidents' },
  create: (name, options, context) =>
    createFileSink(name, place(context.output, options.text('folder') ?? 'incidents'), context.clock),
}

/** Keeps a relative output folder relative, so that messages show paths as the user would type them. */
function place(output: string, folder: string): string {
  return resolve(folder) === folder ? folder : join(output, folder)
}
