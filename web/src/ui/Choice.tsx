import { Check, Minus } from 'lucide-react'
import type { ReactNode } from 'react'
import {
  CheckboxButton,
  CheckboxField,
  type CheckboxFieldProps,
  RadioButton,
  RadioField,
  RadioGroup as AriaRadioGroup,
  SwitchButton,
  SwitchField,
  type SwitchFieldProps,
  Text,
  ToggleButton,
  ToggleButtonGroup,
} from 'react-aria-components'

import styles from './Choice.module.css'
import { classes } from './classes'
import { FieldFoot, FieldHead, type FieldProps } from './Field'
import type { Option } from './options'

interface Words {
  children?: ReactNode
  description?: ReactNode
}

function Description({ children }: { children: ReactNode }) {
  if (!children) return null
  return (
    <Text slot="description" className={styles.description}>
      {children}
    </Text>
  )
}

/** On or off, as one value among others. Without children it needs an `aria-label`. */
export function Checkbox({ children, description, ...rest }: Omit<CheckboxFieldProps, 'children' | 'className'> & Words) {
  return (
    <CheckboxField {...rest} className={styles.field ?? ''}>
      <CheckboxButton className={styles.choice ?? ''}>
        {({ isSelected, isIndeterminate }) => (
          <>
            <span className={styles.mark}>
              {isIndeterminate ? <Minus aria-hidden /> : isSelected ? <Check aria-hidden /> : null}
            </span>
            {children && <span>{children}</span>}
          </>
        )}
      </CheckboxButton>
      <Description>{description}</Description>
    </CheckboxField>
  )
}

/** On or off, at once. */
export function Switch({ children, description, ...rest }: Omit<SwitchFieldProps, 'children' | 'className'> & Words) {
  return (
    <SwitchField {...rest} className={classes(styles.field, styles.wide)}>
      <SwitchButton className={styles.choice ?? ''}>
        <span className={styles.track} />
        {children && <span>{children}</span>}
      </SwitchButton>
      <Description>{description}</Description>
    </SwitchField>
  )
}

export interface RadioGroupProps<Id extends string> extends FieldProps {
  options: readonly Option<Id>[]
  value: Id | null
  onChange: (value: Id) => void
  isDisabled?: boolean
}

/** One of a few choices, all of them seen. */
export function RadioGroup<Id extends string>(props: RadioGroupProps<Id>) {
  const { label, hideLabel, aside, description, error, className, size, options, value, onChange, ...rest } = props
  return (
    <AriaRadioGroup
      {...rest}
      value={value}
      onChange={(chosen) => onChange(chosen as Id)}
      isInvalid={Boolean(error)}
      className={classes(styles.group, size === 'small' && styles.small, className)}
    >
      <FieldHead label={label} hideLabel={hideLabel} aside={aside} />
      {options.map((option) => (
        <RadioField key={option.id} value={option.id} isDisabled={option.isDisabled ?? false} className={styles.field ?? ''}>
          <RadioButton className={styles.choice ?? ''}>
            <span className={classes(styles.mark, styles.round)} />
            <span>{option.label}</span>
          </RadioButton>
          <Description>{option.description}</Description>
        </RadioField>
      ))}
      <FieldFoot description={description} error={error} />
    </AriaRadioGroup>
  )
}

export interface SegmentsProps<Id extends string> {
  label: string
  options: readonly Option<Id>[]
  value: Id
  onChange: (value: Id) => void
  isDisabled?: boolean
}

/** One of two to five ways to see something. */
export function Segments<Id extends string>({ label, options, value, onChange, isDisabled = false }: SegmentsProps<Id>) {
  return (
    <ToggleButtonGroup
      aria-label={label}
      className={styles.segments ?? ''}
      selectedKeys={[value]}
      disallowEmptySelection
      isDisabled={isDisabled}
      onSelectionChange={([chosen]) => chosen !== undefined && onChange(chosen as Id)}
    >
      {options.map((option) => (
        <ToggleButton key={option.id} id={option.id} className={styles.segment ?? ''}>
          {option.icon}
          {option.label}
        </ToggleButton>
      ))}
    </ToggleButtonGroup>
  )
}
