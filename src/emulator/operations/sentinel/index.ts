import type { Operation } from '../operation.ts'
import { bookmark, bookmarkList } from './bookmarks.ts'
import { comment, commentList } from './comments.ts'
import { incident, incidentList, incidentParts } from './incidents.ts'
import { relation, relationList } from './relations.ts'
import { task, taskList } from './tasks.ts'

/** Microsoft.SecurityInsights of Azure Resource Manager. */
export const SENTINEL: readonly Operation[] = [
  incident,
  incidentList,
  incidentParts,
  comment,
  commentList,
  relation,
  relationList,
  task,
  taskList,
  bookmark,
  bookmarkList,
]
