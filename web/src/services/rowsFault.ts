import { plural, t } from '@lingui/core/macro'

import type { RowsFault } from './rows'

/** What is wrong with rows of text, to who wrote them. */
export function rowsFault(fault: RowsFault): string {
  switch (fault.kind) {
    case 'quote':
      return t`A quotation mark is opened and never closed.`
    case 'empty':
      return t`There is no line of column names.`
    case 'width': {
      const cells = plural(fault.cells, { one: '# cell', other: '# cells' })
      const columns = plural(fault.columns, { one: '# column name', other: '# column names' })
      return t`Row ${fault.row} has ${cells}, but there is ${columns}.`
    }
  }
}
