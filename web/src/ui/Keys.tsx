import { keyNames } from '../commands/keys'
import styles from './Tooltip.module.css'

/** A shortcut as keys: `Mod+Shift+Z` is Ctrl Shift Z, on a Mac ⌘ ⇧ Z. */
export function Keys({ keys }: { keys: string }) {
  return (
    <span className={styles.keys}>
      {keyNames(keys).map((key) => (
        <kbd key={key}>{key}</kbd>
      ))}
    </span>
  )
}
