import type { ReactNode } from 'react'
import {
  Button as AriaButton,
  type ButtonProps as AriaButtonProps,
  Link as AriaLink,
  type LinkProps as AriaLinkProps,
  ToggleButton as AriaToggleButton,
  type ToggleButtonProps as AriaToggleButtonProps,
} from 'react-aria-components'

import styles from './Button.module.css'
import { classes } from './classes'
import { Spinner } from './Spinner'
import { Tip } from './Tooltip'

interface Look {
  variant?: 'primary' | 'secondary' | 'quiet' | 'danger'
  size?: 'small' | 'medium'
  icon?: ReactNode
  children?: ReactNode
  className?: string | undefined
}

const look = ({ variant = 'secondary', size = 'medium', className }: Look, ...more: (string | undefined)[]) =>
  classes(styles.button, styles[variant], size === 'small' && styles.small, ...more, className)

export type ButtonProps = Omit<AriaButtonProps, 'children' | 'className'> & Look

/** A button with words. While `isPending` it stays in place, shows a spinner and takes no press. */
export function Button({ variant, size, icon, children, className, ...rest }: ButtonProps) {
  return (
    <AriaButton {...rest} className={look({ variant, size, className })}>
      {rest.isPending ? <Spinner size="small" /> : icon}
      {children}
    </AriaButton>
  )
}

export type LinkButtonProps = Omit<AriaLinkProps, 'children' | 'className'> & Look

/** A link that looks like a button. */
export function LinkButton({ variant, size, icon, children, className, ...rest }: LinkButtonProps) {
  return (
    <AriaLink {...rest} className={look({ variant, size, className })}>
      {icon}
      {children}
    </AriaLink>
  )
}

export interface IconButtonProps extends Omit<ButtonProps, 'children' | 'icon' | 'aria-label'> {
  /** Its name, for who cannot see it; the tooltip says it too. */
  label: string
  icon: ReactNode
  /** Keys that do the same, as `commands` writes them. */
  keys?: string | undefined
}

/** A button that is only an icon, with its name in a tooltip. */
export function IconButton({ label, icon, keys, variant = 'quiet', size, className, ...rest }: IconButtonProps) {
  return (
    <Tip text={label} keys={keys}>
      <AriaButton {...rest} aria-label={label} className={look({ variant, size, className }, styles.icon)}>
        {rest.isPending ? <Spinner size="small" /> : icon}
      </AriaButton>
    </Tip>
  )
}

export type ToggleButtonProps = Omit<AriaToggleButtonProps, 'children' | 'className'> & Look

/** A button that stays in: `isSelected`, `onChange`. */
export function ToggleButton({ variant = 'quiet', size, icon, children, className, ...rest }: ToggleButtonProps) {
  return (
    <AriaToggleButton {...rest} className={look({ variant, size, className }, children ? undefined : styles.icon)}>
      {icon}
      {children}
    </AriaToggleButton>
  )
}
