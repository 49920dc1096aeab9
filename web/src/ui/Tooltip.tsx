import type { ReactElement, ReactNode } from 'react'
import { Focusable, Tooltip, TooltipTrigger } from 'react-aria-components'

import { Keys } from './Keys'
import styles from './Tooltip.module.css'

const DELAY = 500

interface TipProps {
  text: ReactNode
  keys?: string | undefined
  placement?: 'top' | 'bottom' | 'start' | 'end'
  /** One of the kit's own controls; anything else goes through `TipAround`. */
  children: ReactElement
}

/** Words about a control, after a moment over it or at once with the keyboard. */
export function Tip({ text, keys, placement = 'bottom', children }: TipProps) {
  return (
    <TooltipTrigger delay={DELAY} closeDelay={0}>
      {children}
      <Tooltip className={styles.tooltip ?? ''} placement={placement} offset={6}>
        {text}
        {keys && <Keys keys={keys} />}
      </Tooltip>
    </TooltipTrigger>
  )
}

/** The same around an element of one's own, which needs a role and a tabIndex. */
export function TipAround({ children, ...rest }: Omit<TipProps, 'children'> & { children: ReactElement }) {
  return (
    <Tip {...rest}>
      <Focusable>{children as ReactElement<React.HTMLAttributes<HTMLElement>, string>}</Focusable>
    </Tip>
  )
}
