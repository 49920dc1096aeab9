import { useLingui } from '@lingui/react/macro'

import { Dialog } from '../ui/Dialog'
import { Keys } from '../ui/Keys'
import { type Command, commands, keyList } from './commands'
import { grouped } from './groups'
import styles from './ShortcutHelp.module.css'

/** All shortcuts of the page that is open. */
export default function ShortcutHelp({ isOpen, onClose }: { isOpen: boolean; onClose: () => void }) {
  const { t } = useLingui()
  const groups = isOpen ? grouped(commands().filter((each) => keyList(each).length > 0), t`General`) : []
  return (
    <Dialog title={t`Keyboard shortcuts`} isOpen={isOpen} onClose={onClose} size="large">
      <div className={styles.groups}>
        {groups.map(([group, list]) => (
          <section key={group} className={styles.group}>
            <h3>{group}</h3>
            <dl>
              {list.map((each) => (
                <Line key={each.id} command={each} />
              ))}
            </dl>
          </section>
        ))}
      </div>
    </Dialog>
  )
}

function Line({ command }: { command: Command }) {
  const { t } = useLingui()
  return (
    <div className={styles.line}>
      <dt>{command.title}</dt>
      <dd>
        {keyList(command).map((keys, at) => (
          <span key={keys}>
            {at > 0 && <span className={styles.or}>{t`or`}</span>}
            <Keys keys={keys} />
          </span>
        ))}
      </dd>
    </div>
  )
}
