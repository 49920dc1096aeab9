import { Minus, Plus } from 'lucide-react'
import { Button, Group, Input, NumberField as AriaNumberField, type NumberFieldProps as AriaNumberFieldProps } from 'react-aria-components'

import { FieldFoot, FieldHead, type FieldProps, fieldClass } from './Field'
import styles from './Field.module.css'

export interface NumberFieldProps extends Omit<AriaNumberFieldProps, 'className' | 'children'>, FieldProps {
  placeholder?: string
}

/** A number as the language writes it; NaN while empty. */
export function NumberField(props: NumberFieldProps) {
  const { label, hideLabel, aside, description, error, size, className, placeholder, ...rest } = props
  return (
    <AriaNumberField
      formatOptions={{ maximumFractionDigits: 20, useGrouping: false }}
      {...rest}
      isInvalid={Boolean(error) || (rest.isInvalid ?? false)}
      className={fieldClass({ size, className })}
    >
      <FieldHead label={label} hideLabel={hideLabel} aside={aside} />
      <Group className={styles.box ?? ''}>
        <Input className={styles.input ?? ''} placeholder={placeholder} />
        <Button slot="decrement" className={styles.inner ?? ''}>
          <Minus />
        </Button>
        <Button slot="increment" className={styles.inner ?? ''}>
          <Plus />
        </Button>
      </Group>
      <FieldFoot description={description} error={error} />
    </AriaNumberField>
  )
}
