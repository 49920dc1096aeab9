import type { ReactNode } from 'react'
import { Tab, TabList, TabPanel, Tabs as AriaTabs } from 'react-aria-components'

import { classes } from './classes'
import styles from './Tabs.module.css'

export interface TabItem<Id extends string = string> {
  id: Id
  title: ReactNode
  /** A count or a mark beside the title. */
  badge?: ReactNode
  icon?: ReactNode
  content: ReactNode
  isDisabled?: boolean
}

export interface TabsProps<Id extends string> {
  label: string
  items: readonly TabItem<Id>[]
  value?: Id
  onChange?: (value: Id) => void
  /** At the end of the bar. */
  actions?: ReactNode
  className?: string
}

/** Panels of which one is seen; only that one is there. */
export function Tabs<Id extends string>({ label, items, value, onChange, actions, className }: TabsProps<Id>) {
  return (
    <AriaTabs
      className={classes(styles.tabs, className)}
      {...(value === undefined ? {} : { selectedKey: value })}
      {...(onChange ? { onSelectionChange: (key) => onChange(key as Id) } : {})}
    >
      <div className={styles.bar}>
        <TabList aria-label={label} className={styles.list ?? ''}>
          {items.map((item) => (
            <Tab key={item.id} id={item.id} isDisabled={item.isDisabled ?? false} className={styles.tab ?? ''}>
              {item.icon}
              {item.title}
              {item.badge}
            </Tab>
          ))}
        </TabList>
        {actions}
      </div>
      {items.map((item) => (
        <TabPanel key={item.id} id={item.id} className={styles.panel ?? ''}>
          {item.content}
        </TabPanel>
      ))}
    </AriaTabs>
  )
}
