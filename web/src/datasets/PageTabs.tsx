import { Tabs, type TabsProps } from '../ui'
import styles from './data.module.css'

/** Tabs within a page that scrolls: with room between their bar and what they show. */
export function PageTabs<Id extends string>({ items, ...rest }: TabsProps<Id>) {
  const spaced = items.map((each) => ({ ...each, content: <div className={styles.tab}>{each.content}</div> }))
  return <Tabs items={spaced} {...rest} />
}
