import { useLingui } from '@lingui/react/macro'
import { ChevronRight } from 'lucide-react'
import { type KeyboardEvent, type Ref, useState } from 'react'

import { beginDrag } from '../canvas/dragging'
import { CategoryIcon } from '../canvas/CategoryIcon'
import { titleWords } from '../words/words'
import type { Folder, Item } from './items'
import styles from './Palette.module.css'

interface Row {
  key: string
  level: number
  folder?: Folder
  item?: Item
}

interface PaletteTreeProps {
  folders: readonly Folder[]
  /** Everything found is open. */
  isSearch: boolean
  onAdd: (item: Item) => void
  ref?: Ref<HTMLDivElement>
}

/** Categories and what is in them. A tree of its own, since its rows are dragged onto a canvas that is no list. */
export function PaletteTree({ folders, isSearch, onAdd, ref }: PaletteTreeProps) {
  const { t } = useLingui()
  const [closed, setClosed] = useState<ReadonlySet<string>>(new Set())
  const [current, setCurrent] = useState<string | null>(null)
  const rows = visible(folders, isSearch ? new Set() : closed)
  const focused = rows.some((row) => row.key === current) ? current : rows[0]?.key

  const toggle = (path: string, isOpen: boolean) =>
    setClosed((had) => {
      const next = new Set(had)
      if (isOpen) next.delete(path)
      else next.add(path)
      return next
    })
  const go = (from: HTMLElement, row: Row | undefined) => {
    if (!row) return
    setCurrent(row.key)
    from.parentElement?.querySelector<HTMLElement>(`[data-key="${CSS.escape(row.key)}"]`)?.focus()
  }
  const press = (event: KeyboardEvent<HTMLElement>, row: Row, index: number) => {
    const isOpen = row.folder && !closed.has(row.folder.path)
    const isPress = event.key === 'Enter' || event.key === ' '
    const to = (next: Row | undefined) => go(event.currentTarget, next)
    if (event.key === 'ArrowDown') to(rows[index + 1])
    else if (event.key === 'ArrowUp') to(rows[index - 1])
    else if (event.key === 'Home') to(rows[0])
    else if (event.key === 'End') to(rows.at(-1))
    else if (event.key === 'ArrowRight' && row.folder && !isOpen) toggle(row.folder.path, true)
    else if (event.key === 'ArrowRight' && row.folder) to(rows[index + 1])
    else if (event.key === 'ArrowLeft' && row.folder && isOpen) toggle(row.folder.path, false)
    else if (event.key === 'ArrowLeft') to(rows.slice(0, index).findLast((each) => each.level < row.level))
    else if (isPress && row.item) onAdd(row.item)
    else if (isPress && row.folder) toggle(row.folder.path, !isOpen)
    else if (event.key.length === 1 && !event.ctrlKey && !event.metaKey && !event.altKey) to(typed(rows, index, event.key))
    else return
    event.preventDefault()
    event.stopPropagation()
  }

  return (
    <div ref={ref} role="tree" aria-label={t`Modules and data`} className={styles.tree}>
      {rows.map((row, index) => {
        const { key, level, folder, item } = row
        const isOpen = folder && (isSearch || !closed.has(folder.path))
        return (
          <div
            key={key}
            role="treeitem"
            data-key={key}
            aria-level={level}
            aria-selected={false}
            aria-expanded={folder ? isOpen : undefined}
            tabIndex={key === focused ? 0 : -1}
            className={folder ? styles.folder : styles.item}
            style={{ paddingInlineStart: `calc(${level - 1} * 0.875rem + var(--space-2))` }}
            draggable={item ? true : undefined}
            title={item?.detail}
            onFocus={() => setCurrent(key)}
            onDragStart={(event) => item && beginDrag(event, item)}
            onClick={() => folder && toggle(folder.path, !isOpen)}
            onDoubleClick={() => item && onAdd(item)}
            onKeyDown={(event) => press(event, row, index)}
          >
            {folder ? <ChevronRight aria-hidden data-open={isOpen === true ? true : undefined} /> : <CategoryIcon category={item?.category} />}
            <span className={styles.name}>{rowName({ folder, item })}</span>
            {folder && <span className={styles.count}>{countOf(folder)}</span>}
          </div>
        )
      })}
    </div>
  )
}

function visible(folders: readonly Folder[], closed: ReadonlySet<string>, level = 1): Row[] {
  return folders.flatMap((folder) => [
    { key: folder.path, level, folder },
    ...(closed.has(folder.path)
      ? []
      : [...visible(folder.folders, closed, level + 1), ...folder.items.map((item) => ({ key: item.key, level: level + 1, item }))]),
  ])
}

const countOf = (folder: Folder): number => folder.items.length + folder.folders.reduce((sum, each) => sum + countOf(each), 0)

const rowName = ({ folder, item }: Pick<Row, 'folder' | 'item'>) => (folder ? titleWords(folder.name) : (item?.title ?? ''))

/** The next row that begins with a letter. */
function typed(rows: readonly Row[], index: number, key: string): Row | undefined {
  const after = [...rows.slice(index + 1), ...rows.slice(0, index + 1)]
  return after.find((row) => rowName(row).toLowerCase().startsWith(key.toLowerCase()))
}
