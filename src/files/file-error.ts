import { IncompleteError } from '../domain/errors.ts'

/** What to do about the usual failures of a file system, by errno name. */
const HINTS: Readonly<Record<string, string>> = {
  ENOSPC: 'The disk is full. Free some space, or choose another folder with --output, and run again.',
  EDQUOT: 'The disk quota is used up. Free some space, or choose another folder with --output, and run again.',
  EFBIG: 'The file is larger than the system allows (see `ulimit -f`). Raise the limit and run again.',
  EACCES: 'Grant write permission on the folder, or choose another one with --output.',
  EPERM: 'Grant write permission on the folder, or choose another one with --output.',
  EROFS: 'The file system is read-only. Choose another folder with --output.',
  ENOTDIR:
    'A part of the path is a file where a folder should be. Move it away, or choose another folder with --output.',
  EISDIR: 'A folder stands where the file should be. Move it away and run again.',
  ENAMETOOLONG: 'Choose a folder with a shorter path with --output.',
  EMFILE: 'Too many files are open (see `ulimit -n`). Run fewer rules at once.',
}

/** Wraps a failure of the file system with path, reason and what to do. */
export function fileError(action: string, path: string, cause: unknown): IncompleteError {
  const errno = errnoOf(cause)
  const reason = cause instanceof Error ? cause.message : String(cause)
  return new IncompleteError({
    code: 'files/unwritable',
    message: `could not ${action} ${path}: ${reason}`,
    hint: HINTS[errno] ?? 'Check the folder and run again.',
    retryable: true,
    context: errno === '' ? { path } : { path, errno },
    cause,
  })
}

/** `ENOENT` and the like; empty for anything that is no system error. */
export function errnoOf(cause: unknown): string {
  return cause instanceof Error && 'code' in cause && typeof cause.code === 'string' ? cause.code : ''
}
