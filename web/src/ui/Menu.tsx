import { type ReactNode, useRef } from 'react'
import {
  Header,
  Menu as AriaMenu,
  MenuItem as AriaMenuItem,
  MenuSection as AriaMenuSection,
  MenuTrigger,
  Popover,
  Separator,
  SubmenuTrigger,
  Text,
} from 'react-aria-components'

import { classes } from './classes'
import { Keys } from './Keys'
import styles from './List.module.css'

export interface MenuItemProps {
  id?: string
  label: string
  description?: ReactNode
  icon?: ReactNode
  /** Its shortcut, shown beside it. */
  keys?: string | undefined
  onAction?: () => void
  href?: string
  isDanger?: boolean
  isDisabled?: boolean
}

export function MenuItem({ label, description, icon, keys, isDanger, onAction, ...rest }: MenuItemProps) {
  return (
    <AriaMenuItem
      {...rest}
      {...(onAction ? { onAction } : {})}
      textValue={label}
      className={classes(styles.item, isDanger && styles.danger)}
    >
      {icon}
      <span className={styles.text}>
        <Text slot="label">{label}</Text>
        {description && (
          <Text slot="description" className={styles.description}>
            {description}
          </Text>
        )}
      </span>
      {keys && (
        <span className={styles.keys}>
          <Keys keys={keys} />
        </span>
      )}
    </AriaMenuItem>
  )
}

export const MenuSeparator = () => <Separator className={styles.separator ?? ''} />

export function MenuSection({ title, children }: { title: string; children: ReactNode }) {
  return (
    <AriaMenuSection>
      <Header className={styles.header}>{title}</Header>
      {children}
    </AriaMenuSection>
  )
}

interface MenuProps {
  /** What it is, for screen readers. */
  label: string
  /** `MenuItem`s, `MenuSection`s and `MenuSeparator`s. */
  children: ReactNode
}

/** A menu below a button: `<MenuButton trigger={<Button/>} label="…">items</MenuButton>`. */
export function MenuButton({ trigger, label, children }: MenuProps & { trigger: ReactNode }) {
  return (
    <MenuTrigger>
      {trigger}
      <Popover className={styles.popover ?? ''} offset={4}>
        <AriaMenu aria-label={label} className={styles.list ?? ''}>
          {children}
        </AriaMenu>
      </Popover>
    </MenuTrigger>
  )
}

/** A menu beside an item of a menu. */
export function Submenu({ item, label, children }: MenuProps & { item: React.ReactElement }) {
  return (
    <SubmenuTrigger>
      {item}
      <Popover className={styles.popover ?? ''}>
        <AriaMenu aria-label={label} className={styles.list ?? ''}>
          {children}
        </AriaMenu>
      </Popover>
    </SubmenuTrigger>
  )
}

/** A menu at a point of the page, as `onContextMenu` tells it; `null` closes it. */
export function ContextMenu({ at, onClose, label, children }: MenuProps & { at: { x: number; y: number } | null; onClose: () => void }) {
  const anchor = useRef<HTMLSpanElement>(null)
  return (
    <>
      <span ref={anchor} aria-hidden style={{ position: 'fixed', left: at?.x ?? 0, top: at?.y ?? 0 }} />
      <Popover
        key={at ? `${at.x} ${at.y}` : ''}
        triggerRef={anchor}
        isOpen={at !== null}
        onOpenChange={(open) => !open && onClose()}
        placement="bottom start"
        offset={0}
        className={styles.popover ?? ''}
        aria-label={label}
      >
        <AriaMenu aria-label={label} className={styles.list ?? ''} autoFocus="first" onClose={onClose}>
          {children}
        </AriaMenu>
      </Popover>
    </>
  )
}
