import { t } from '@lingui/core/macro'

import { api } from '../api/client'
import type { Cell, Rows, Source } from '../api/outputs'
import { count } from '../charts/format'
import { toast } from '../ui/toasts'
import { type Range, tabbed } from './range'

// More than this nobody pastes; a download is the way to have all.
const MOST = 10_000
const PAGE = 1000
// As many values as the server tells at once.
const VALUES = 200_000

/** Copy a block of cells, whole texts and all, for a spreadsheet. Raises ApiError, or what the clipboard refuses with. */
export async function copyRange(source: Source, { top, bottom, left, right }: Range): Promise<void> {
  const wanted = bottom - top + 1
  const across = right - left + 1
  const most = Math.max(1, Math.min(PAGE, Math.floor(VALUES / across)))
  const rows: Cell[][] = []
  while (rows.length < Math.min(wanted, MOST)) {
    const limit = Math.min(most, wanted - rows.length, MOST - rows.length)
    const page = await api<Rows>(`${source}/rows`, {
      query: { offset: top + rows.length, limit, column: left, columns: across },
    })
    if (!page.rows.length) break
    rows.push(...page.rows)
  }
  await navigator.clipboard.writeText(tabbed(rows))
  const [copied, all] = [count(rows.length), count(wanted)]
  toast.info(
    rows.length < wanted
      ? t`Copied the first ${copied} of ${all} rows. Download the table to have all.`
      : t`Copied ${copied} rows.`,
  )
}
