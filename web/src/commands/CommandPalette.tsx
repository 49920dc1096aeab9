import { useLingui } from '@lingui/react/macro'
import { useMemo, useState } from 'react'
import {
  Autocomplete,
  Dialog,
  Header,
  Menu,
  MenuItem,
  MenuSection,
  Modal,
  ModalOverlay,
  Text,
  useFilter,
} from 'react-aria-components'

import { Keys } from '../ui/Keys'
import { SearchField } from '../ui/TextField'
import { canRun, type Command, keyList, useCommandTable, commands } from './commands'
import styles from './CommandPalette.module.css'
import { grouped } from './groups'
import { useThings } from './useThings'

interface CommandPaletteProps {
  isOpen: boolean
  onClose: () => void
}

/** Everything that can be done here, found by typing. */
export default function CommandPalette({ isOpen, onClose }: CommandPaletteProps) {
  const { t } = useLingui()
  return (
    <ModalOverlay isOpen={isOpen} onOpenChange={(open) => !open && onClose()} isDismissable className={styles.scrim ?? ''}>
      <Modal className={styles.modal ?? ''}>
        <Dialog aria-label={t`Commands`} className={styles.dialog ?? ''}>
          <Choices onClose={onClose} />
        </Dialog>
      </Modal>
    </ModalOverlay>
  )
}

function Choices({ onClose }: { onClose: () => void }) {
  const { t } = useLingui()
  const { contains } = useFilter({ sensitivity: 'base' })
  const [wish, setWish] = useState('')
  const layers = useCommandTable((state) => state.layers)
  const things = useThings()
  const groups = useMemo(() => {
    // The table itself is what `commands` reads.
    const doable = layers.length ? commands().filter((each) => !each.hidden && canRun(each)) : []
    return grouped(wish.trim() ? [...doable, ...things] : doable, t`General`)
  }, [layers, things, wish, t])
  const run = (command: Command) => {
    onClose()
    // Once the dialog has gone, so that the focus is where the command wants it.
    setTimeout(command.run)
  }
  return (
    <Autocomplete
      inputValue={wish}
      onInputChange={setWish}
      filter={(text, wanted) => wanted.split(/\s+/).every((word) => contains(text, word))}
    >
      <SearchField label={t`Search commands, experiments and datasets`} autoFocus className={styles.search} />
      {/* The focus stays in the field; whoever scrolls by keys alone needs a place to do so. */}
      {/* eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex */}
      <div className={styles.list} tabIndex={0} role="group" aria-label={t`Commands`}>
        <Menu
          aria-label={t`Commands`}
          className={styles.menu ?? ''}
          renderEmptyState={() => <div className={styles.empty}>{t`Nothing of that name.`}</div>}
        >
          {groups.map(([group, list]) => (
            <MenuSection key={group}>
              <Header className={styles.header}>{group}</Header>
              {list.map((command) => (
                <Choice key={command.id} command={command} onRun={() => run(command)} />
              ))}
            </MenuSection>
          ))}
        </Menu>
      </div>
    </Autocomplete>
  )
}

function Choice({ command, onRun }: { command: Command; onRun: () => void }) {
  const keys = keyList(command)[0]
  return (
    <MenuItem id={command.id} textValue={command.title} onAction={onRun} className={styles.item ?? ''}>
      <span className={styles.icon}>{command.icon}</span>
      <Text slot="label" className={styles.title}>
        {command.title}
      </Text>
      {keys && <Keys keys={keys} />}
    </MenuItem>
  )
}
