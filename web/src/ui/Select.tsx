import { ChevronDown } from 'lucide-react'
import { Button, Select as AriaSelect, SelectValue } from 'react-aria-components'

import { classes } from './classes'
import { FieldFoot, FieldHead, type FieldProps, fieldClass } from './Field'
import styles from './Field.module.css'
import type { Option } from './options'
import { OptionPopover } from './Popover'

export interface SelectProps<Id extends string> extends FieldProps {
  options: readonly Option<Id>[]
  value: Id | null
  onChange: (value: Id) => void
  placeholder?: string
  isDisabled?: boolean
  name?: string
}

/** One of a few choices. */
export function Select<Id extends string>(props: SelectProps<Id>) {
  const { label, hideLabel, aside, description, error, size, className, options, value, onChange, ...rest } = props
  return (
    <AriaSelect<Option<Id>>
      {...rest}
      value={value}
      onChange={(key) => key !== null && onChange(key as Id)}
      isInvalid={Boolean(error)}
      className={fieldClass({ size, className })}
    >
      <FieldHead label={label} hideLabel={hideLabel} aside={aside} />
      <Button className={classes(styles.box, styles.chosen)}>
        <SelectValue className={styles.value ?? ''}>{({ selectedText, defaultChildren, isPlaceholder }) => (isPlaceholder ? defaultChildren : selectedText)}</SelectValue>
        <span className={styles.side}>
          <ChevronDown aria-hidden />
        </span>
      </Button>
      <FieldFoot description={description} error={error} />
      <OptionPopover options={options} />
    </AriaSelect>
  )
}
