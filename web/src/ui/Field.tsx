/** What all fields have: a label, words that help, words that tell what is wrong. */
import { CircleAlert } from 'lucide-react'
import type { ReactNode } from 'react'
import { ButtonContext, FieldError, Label, Text } from 'react-aria-components'

import { classes } from './classes'
import styles from './Field.module.css'

export interface FieldProps {
  label: string
  /** Named for screen readers alone. */
  hideLabel?: boolean
  description?: ReactNode
  /** What is wrong with the value; the field is then invalid. */
  error?: string | null | undefined
  className?: string | undefined
  size?: 'small' | 'medium'
  /** Beside the label: a help button, a mark. */
  aside?: ReactNode
}

export function FieldHead({ label, hideLabel, aside }: Pick<FieldProps, 'label' | 'hideLabel' | 'aside'>) {
  if (hideLabel) return <Label className="hidden-visually">{label}</Label>
  return (
    <span className={styles.label}>
      <Label>{label}</Label>
      {/* Buttons there are their own, not the one that opens the field's list. */}
      <ButtonContext.Provider value={null}>{aside}</ButtonContext.Provider>
    </span>
  )
}

export function FieldFoot({ description, error }: Pick<FieldProps, 'description' | 'error'>) {
  return (
    <>
      {description && (
        <Text slot="description" className={styles.description}>
          {description}
        </Text>
      )}
      <FieldError className={styles.error ?? ''}>
        {({ validationErrors }) => (
          <>
            <CircleAlert size={14} aria-hidden />
            <span>{error ?? validationErrors.join(' ')}</span>
          </>
        )}
      </FieldError>
    </>
  )
}

export const fieldClass = ({ size, className }: Pick<FieldProps, 'size' | 'className'>) =>
  classes(styles.field, size === 'small' && styles.small, className)
