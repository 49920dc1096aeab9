import { ChevronLeft } from 'lucide-react'
import { Link } from 'wouter'

import styles from './data.module.css'

/** The way back to the list that a page's thing is in. */
export function Crumb({ href, children }: { href: string; children: string }) {
  return (
    <Link href={href} className={styles.crumb}>
      <ChevronLeft aria-hidden />
      {children}
    </Link>
  )
}

/** The name of a thing in a list, which leads to it. */
export function NameLink({ href, children }: { href: string; children: string }) {
  return (
    <Link href={href} className={styles.name}>
      {children}
    </Link>
  )
}
