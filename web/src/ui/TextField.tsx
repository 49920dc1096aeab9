import { useLingui } from '@lingui/react/macro'
import { Eye, EyeOff, Search, X } from 'lucide-react'
import { type ReactNode, type Ref, useState } from 'react'
import {
  Button,
  Group,
  Input,
  SearchField as AriaSearchField,
  type SearchFieldProps as AriaSearchFieldProps,
  TextArea,
  TextField as AriaTextField,
  type TextFieldProps as AriaTextFieldProps,
} from 'react-aria-components'

import { classes } from './classes'
import { FieldFoot, FieldHead, type FieldProps, fieldClass } from './Field'
import styles from './Field.module.css'

export interface TextFieldProps extends Omit<AriaTextFieldProps, 'className' | 'children'>, FieldProps {
  placeholder?: string
  /** Lines; more than one makes it a text area. */
  rows?: number
  isCode?: boolean
  /** Stands in the box, before and after the text. */
  before?: ReactNode
  after?: ReactNode
  inputRef?: Ref<HTMLInputElement>
}

/** One text. `type="password"` can be looked at. */
export function TextField(props: TextFieldProps) {
  const { label, hideLabel, aside, description, error, size, className, placeholder, rows = 1, isCode, before, after, inputRef, type, ...rest } = props
  const [isShown, setShown] = useState(false)
  const look = classes(styles.input, isCode && styles.code)
  const isSecret = type === 'password'
  return (
    <AriaTextField
      {...rest}
      type={isSecret && isShown ? 'text' : (type ?? 'text')}
      isInvalid={Boolean(error) || (rest.isInvalid ?? false)}
      className={fieldClass({ size, className })}
    >
      <FieldHead label={label} hideLabel={hideLabel} aside={aside} />
      <Group className={styles.box ?? ''}>
        {before && <span className={styles.side}>{before}</span>}
        {rows > 1 ? (
          <TextArea className={look} rows={rows} placeholder={placeholder} />
        ) : (
          <Input className={look} placeholder={placeholder} ref={inputRef} />
        )}
        {isSecret && <Reveal isShown={isShown} onPress={() => setShown(!isShown)} />}
        {after}
      </Group>
      <FieldFoot description={description} error={error} />
    </AriaTextField>
  )
}

function Reveal({ isShown, onPress }: { isShown: boolean; onPress: () => void }) {
  const { t } = useLingui()
  return (
    <Button className={styles.inner ?? ''} aria-label={isShown ? t`Hide the text` : t`Show the text`} onPress={onPress}>
      {isShown ? <EyeOff /> : <Eye />}
    </Button>
  )
}

export interface SearchFieldProps extends Omit<AriaSearchFieldProps, 'className' | 'children'>, FieldProps {
  placeholder?: string
  inputRef?: Ref<HTMLInputElement>
}

/** What is looked for; Escape empties it. */
export function SearchField(props: SearchFieldProps) {
  const { label, hideLabel = true, aside, description, error, size, className, placeholder, inputRef, ...rest } = props
  return (
    <AriaSearchField {...rest} className={fieldClass({ size, className })}>
      <FieldHead label={label} hideLabel={hideLabel} aside={aside} />
      <Group className={styles.box ?? ''}>
        <span className={styles.side}>
          <Search aria-hidden />
        </span>
        <Input className={styles.input ?? ''} placeholder={placeholder ?? label} ref={inputRef} />
        <Button className={classes(styles.inner, styles.clear)}>
          <X />
        </Button>
      </Group>
      <FieldFoot description={description} error={error} />
    </AriaSearchField>
  )
}
