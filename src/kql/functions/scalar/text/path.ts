import type { Json, JsonObject } from '../../../values/json.ts'
import { nativeScalar } from '../native.ts'

/** Parts of a Windows or Unix path, file URL, share or long path; what is missing is the empty string. */
export function parsePath(path: string): JsonObject {
  const [, scheme = '', afterScheme = ''] = /^(?:([a-z][a-z0-9+.-]+):\/\/)?(.*)$/is.exec(path) ?? []
  const [, longPrefix = '', plain = ''] = /^(\\\\\?\\)?(.*)$/s.exec(afterScheme) ?? []
  const root = /^\/?([a-z]:)/i.exec(plain)?.[1] ?? ''
  const lastSlash = Math.max(plain.lastIndexOf('/'), plain.lastIndexOf('\\'))
  const directory = lastSlash === -1 ? '' : plain.slice(0, lastSlash)
  const [file = '', stream = ''] = splitStream(plain.slice(lastSlash + 1), root)
  const dot = file.lastIndexOf('.')
  return new Map<string, Json>([
    ['Scheme', scheme],
    ['RootPath', root],
    ['DirectoryPath', directory === '' ? '' : `${longPrefix}${directory}`],
    ['DirectoryName', directory.split(/[\\/]/).at(-1) ?? ''],
    ['Filename', file],
    ['Extension', dot === -1 ? '' : file.slice(dot + 1)],
    ['AlternateDataStreamName', stream],
  ])
}

/** `file.txt:stream`; the colon of a bare drive is none of a stream. */
function splitStream(name: string, root: string): string[] {
  if (name.toLowerCase() === root.toLowerCase()) return [name, '']
  const at = name.indexOf(':')
  return at === -1 ? [name, ''] : [name.slice(0, at), name.slice(at + 1)]
}

export const parsePathEntry = nativeScalar({
  name: 'parse_path',
  page: 'parse-path-function',
  takes: ['string'],
  returns: 'dynamic',
  run: (path) => (path === '' ? null : parsePath(path)),
})
