import { ChevronRight } from 'lucide-react'
import type { ReactNode } from 'react'
import { Button, Disclosure as AriaDisclosure, DisclosurePanel, Heading } from 'react-aria-components'

import styles from './Disclosure.module.css'

export interface DisclosureProps {
  title: ReactNode
  aside?: ReactNode
  children: ReactNode
  isOpen?: boolean
  isOpenAtFirst?: boolean
  onOpenChange?: (isOpen: boolean) => void
}

/** What can be folded away below its title. */
export function Disclosure({ title, aside, children, isOpen, isOpenAtFirst = false, onOpenChange }: DisclosureProps) {
  return (
    <AriaDisclosure
      className={styles.disclosure ?? ''}
      defaultExpanded={isOpenAtFirst}
      {...(isOpen === undefined ? {} : { isExpanded: isOpen })}
      {...(onOpenChange ? { onExpandedChange: onOpenChange } : {})}
    >
      <Heading level={3} className={styles.heading ?? ''}>
        <Button slot="trigger" className={styles.trigger ?? ''}>
          <ChevronRight aria-hidden className={styles.arrow} />
          <span className={styles.title}>{title}</span>
          {aside}
        </Button>
      </Heading>
      <DisclosurePanel className={styles.panel ?? ''}>{children}</DisclosurePanel>
    </AriaDisclosure>
  )
}
