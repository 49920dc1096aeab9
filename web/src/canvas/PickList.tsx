import { type KeyboardEvent, type ReactNode, useMemo, useRef, useState } from 'react'
import { Autocomplete, Header, Input, ListBox, ListBoxItem, ListBoxSection, Popover, SearchField, Text } from 'react-aria-components'

import { groupBy } from '../document/grouping'
import list from '../ui/List.module.css'
import styles from './PickList.module.css'

export interface Pick {
  id: string
  title: string
  detail?: ReactNode
  icon?: ReactNode
  aside?: ReactNode
  section?: string
}

interface PickListProps {
  label: string
  placeholder: string
  /** Where on the page. */
  at: { x: number; y: number }
  /** What there is for a text. */
  picksFor: (text: string) => readonly Pick[]
  empty: string
  /** With Ctrl held it goes on. */
  onPick: (id: string, goesOn: boolean) => void
  onClose: () => void
  foot?: ReactNode
}

/** A list at a point of the page, searched while one types. */
export function PickList({ label, placeholder, at, picksFor, empty, onPick, onClose, foot }: PickListProps) {
  const [text, setText] = useState('')
  const anchor = useRef<HTMLSpanElement>(null)
  const isHeld = useRef(false)
  const picks = useMemo(() => picksFor(text), [picksFor, text])
  const sections = useMemo(() => [...groupBy(picks, (pick) => pick.section ?? '')], [picks])
  const keyDown = (event: KeyboardEvent) => {
    isHeld.current = event.ctrlKey || event.metaKey
    if (event.key !== 'Enter' || !isHeld.current || !picks[0]) return
    // The field itself gives Enter to the focused item only without Ctrl.
    const focused = document.querySelector<HTMLElement>('[data-pick][data-focused]')?.dataset.pick ?? picks[0].id
    event.preventDefault()
    event.stopPropagation()
    onPick(focused, true)
    setText('')
  }
  return (
    <>
      <span ref={anchor} aria-hidden className={styles.anchor} style={{ left: at.x, top: at.y }} />
      <Popover
        triggerRef={anchor}
        isOpen
        onOpenChange={(isOpen) => !isOpen && onClose()}
        placement="bottom"
        offset={4}
        className={`${list.popover ?? ''} ${styles.pickList ?? ''}`}
        aria-label={label}
      >
        {/* The keys are those of the field within: they are looked at here, and kept from what lies below. */}
        {/* eslint-disable-next-line jsx-a11y/no-static-element-interactions */}
        <div className={styles.pickBody} onKeyDownCapture={keyDown} onKeyDown={(event) => event.nativeEvent.stopImmediatePropagation()}>
          <Autocomplete inputValue={text} onInputChange={setText} disableAutoFocusFirst={false}>
            <SearchField aria-label={label} className={styles.pickField ?? ''} autoFocus onKeyDown={(event) => event.key === 'Escape' && !text && onClose()}>
              <Input placeholder={placeholder} className={styles.pickInput ?? ''} />
            </SearchField>
            {/* The focus stays in the field; whoever scrolls by keys alone needs a place to do so. */}
            {/* eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex */}
            <div className={styles.pickItems} tabIndex={0} role="group" aria-label={label}>
              <ListBox
                aria-label={label}
                className={list.list ?? ''}
                renderEmptyState={() => <div className={list.empty}>{empty}</div>}
                onAction={(id) => onPick(String(id), isHeld.current)}
              >
                {sections.map(([section, found]) =>
                  section ? (
                    <ListBoxSection key={section} id={`section ${section}`}>
                      <Header className={list.header}>{section}</Header>
                      {found.map(item)}
                    </ListBoxSection>
                  ) : (
                    found.map(item)
                  ),
                )}
              </ListBox>
            </div>
          </Autocomplete>
          {foot && <div className={styles.pickFoot}>{foot}</div>}
        </div>
      </Popover>
    </>
  )
}

const item = (pick: Pick) => (
  <ListBoxItem key={pick.id} id={pick.id} textValue={pick.title} className={list.item ?? ''} data-pick={pick.id}>
    {pick.icon}
    <span className={list.text}>
      <Text slot="label">{pick.title}</Text>
      {pick.detail && (
        <Text slot="description" className={list.description}>
          {pick.detail}
        </Text>
      )}
    </span>
    {pick.aside}
  </ListBoxItem>
)
