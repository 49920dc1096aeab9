import type { ReactNode, RefObject } from 'react'
import { Dialog, DialogTrigger, ListBox, Popover as AriaPopover, type PopoverProps as AriaPopoverProps } from 'react-aria-components'

import { classes } from './classes'
import styles from './List.module.css'
import { type Option, OptionItem, OptionList } from './options'

export interface PopoverProps extends Omit<AriaPopoverProps, 'className' | 'children' | 'triggerRef'> {
  /** What it is, for screen readers. */
  label: string
  /** Inside a `PopoverTrigger` not needed. */
  triggerRef?: RefObject<Element | null>
  className?: string
  isPadded?: boolean
  children: ReactNode | ((close: () => void) => ReactNode)
}

/** A small panel beside what opened it; Escape and a press elsewhere close it. */
export function Popover({ label, className, isPadded = true, children, ...rest }: PopoverProps) {
  return (
    <AriaPopover {...rest} className={classes(styles.popover, className)}>
      <Dialog aria-label={label} className={classes(isPadded ? styles.padded : styles.plain)}>
        {({ close }) => <>{typeof children === 'function' ? children(close) : children}</>}
      </Dialog>
    </AriaPopover>
  )
}

/** A button and the `Popover` that it opens. */
export const PopoverTrigger = DialogTrigger

/** The choices of a field. */
export function OptionPopover({ options }: { options?: readonly Option[] }) {
  return (
    <AriaPopover className={styles.popover ?? ''} offset={4}>
      {options ? (
        <ListBox items={options} className={styles.list ?? ''}>
          {(option) => <OptionItem option={option} />}
        </ListBox>
      ) : (
        <OptionList />
      )}
    </AriaPopover>
  )
}
