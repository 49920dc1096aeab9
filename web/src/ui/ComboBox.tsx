import { ChevronDown } from 'lucide-react'
import { Button, ComboBox as AriaComboBox, Group, Input } from 'react-aria-components'

import { FieldFoot, FieldHead, type FieldProps, fieldClass } from './Field'
import styles from './Field.module.css'
import type { Option } from './options'
import { OptionPopover } from './Popover'

export interface ComboBoxProps<Id extends string> extends FieldProps {
  options: readonly Option<Id>[]
  /** The chosen one; with `isFree` any text. */
  value: Id | null
  onChange: (value: Id | null) => void
  /** Takes texts that are no option, told by `onText` as they are typed. */
  isFree?: boolean
  text?: string
  onText?: (text: string) => void
  placeholder?: string
  isDisabled?: boolean
  isReadOnly?: boolean
}

/** One of many choices, found by typing. */
export function ComboBox<Id extends string>(props: ComboBoxProps<Id>) {
  const { label, hideLabel, aside, description, error, size, className, options, value, onChange, isFree, text, onText, placeholder, ...rest } = props
  return (
    <AriaComboBox<Option<Id>>
      {...rest}
      {...(text === undefined ? {} : { inputValue: text })}
      {...(onText ? { onInputChange: onText } : {})}
      defaultItems={options}
      value={value}
      onChange={(key) => onChange(key as Id | null)}
      allowsCustomValue={isFree ?? false}
      allowsEmptyCollection={!isFree}
      menuTrigger="focus"
      isInvalid={Boolean(error)}
      className={fieldClass({ size, className })}
    >
      <FieldHead label={label} hideLabel={hideLabel} aside={aside} />
      <Group className={styles.box ?? ''}>
        <Input className={styles.input ?? ''} placeholder={placeholder} />
        <Button className={styles.inner ?? ''}>
          <ChevronDown />
        </Button>
      </Group>
      <FieldFoot description={description} error={error} />
      <OptionPopover />
    </AriaComboBox>
  )
}
