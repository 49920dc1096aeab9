/** Choices of a Select or a ComboBox. */
import { Trans } from '@lingui/react/macro'
import { Check } from 'lucide-react'
import type { ReactNode } from 'react'
import { ListBox, ListBoxItem, Text } from 'react-aria-components'

import styles from './List.module.css'

export interface Option<Id extends string = string> {
  id: Id
  label: string
  description?: ReactNode
  icon?: ReactNode
  isDisabled?: boolean
}

export function OptionList() {
  return (
    <ListBox<Option>
      className={styles.list ?? ''}
      renderEmptyState={() => (
        <div className={styles.empty}>
          <Trans>Nothing fits.</Trans>
        </div>
      )}
    >
      {(option) => <OptionItem option={option} />}
    </ListBox>
  )
}

export function OptionItem({ option }: { option: Option }) {
  return (
    <ListBoxItem
      id={option.id}
      textValue={option.label}
      isDisabled={option.isDisabled ?? false}
      className={styles.item ?? ''}
    >
      {option.icon}
      <span className={styles.text}>
        <Text slot="label">{option.label}</Text>
        {option.description && (
          <Text slot="description" className={styles.description}>
            {option.description}
          </Text>
        )}
      </span>
      <Check className={styles.check} aria-hidden />
    </ListBoxItem>
  )
}
