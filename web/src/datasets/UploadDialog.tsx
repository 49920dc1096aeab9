/** Before files are sent: under which names they are kept, and which of these are next versions. */
import { Trans, useLingui } from '@lingui/react/macro'
import { useState } from 'react'

import { Badge, Button, Dialog, formatBytes, Note, TextField } from '../ui'
import { Fault } from './Fault'
import { faultOf, nameOf } from './files'
import styles from './UploadDialog.module.css'
import { useUploads, type Wanted } from './uploads'

interface Props {
  /** What was chosen; the dialog is open while there are any. */
  files: readonly File[]
  /** Names that there are. */
  taken: ReadonlySet<string>
  /** The dataset that gets another version; else each file is a dataset of its own name. */
  into?: string
  onClose: () => void
}

export function UploadDialog({ files, ...rest }: Props) {
  return files.length > 0 ? <Open key={files.map((file) => file.name).join('\n')} files={files} {...rest} /> : null
}

function Open({ files, taken, into, onClose }: Props) {
  const { t } = useLingui()
  const { add } = useUploads()
  const [wanted, setWanted] = useState<Wanted[]>(() =>
    files.map((file) => ({ file, name: into ?? nameOf(file.name), description: '' })),
  )
  const change = (at: number, fields: Partial<Wanted>) =>
    setWanted(wanted.map((each, place) => (place === at ? { ...each, ...fields } : each)))
  const fitting = wanted.filter(({ file }) => faultOf(file) === null)
  const names = wanted.map((each) => each.name.trim())
  const isNameless = names.includes('')
  const repeated = repeatedOf(fitting.map((each) => each.name.trim()))
  const upload = () => {
    add(fitting.map((each) => ({ ...each, name: each.name.trim(), description: each.description.trim() })))
    onClose()
  }
  const actions = (
    <>
      <Button onPress={onClose}>
        <Trans>Cancel</Trans>
      </Button>
      <Button variant="primary" isDisabled={isNameless || fitting.length === 0} onPress={upload} autoFocus>
        <Trans>Upload</Trans>
      </Button>
    </>
  )
  const title = into ? t`New version of ${into}` : t`Upload datasets`
  return (
    <Dialog title={title} size="medium" isOpen onClose={onClose} actions={actions}>
      <ul className={styles.files}>
        {wanted.map((each, at) => (
          <li key={at} className={styles.file}>
            <span className={styles.about}>
              {each.file.name} · {formatBytes(each.file.size)}
            </span>
            {faultOf(each.file) !== null && (
              <Note tone="warn">
                <Fault fault={faultOf(each.file) ?? 'format'} file={each.file} />
              </Note>
            )}
            {into === undefined && faultOf(each.file) === null && (
              <TextField
                label={t`Name`}
                value={each.name}
                onChange={(name) => change(at, { name })}
                maxLength={200}
                error={names[at] === '' ? t`A dataset needs a name.` : null}
                aside={taken.has(names[at] ?? '') && <Badge tone="accent">{t`next version`}</Badge>}
              />
            )}
            {wanted.length === 1 && faultOf(each.file) === null && (
              <TextField
                label={t`Description`}
                value={each.description}
                onChange={(description) => change(at, { description })}
                maxLength={10_000}
                rows={2}
              />
            )}
          </li>
        ))}
      </ul>
      {repeated !== undefined && into === undefined && (
        <Note tone="warn">
          <Trans>Several files are named {repeated}: they become versions of one dataset, in this order.</Trans>
        </Note>
      )}
    </Dialog>
  )
}

/** The name that two files have, if any. */
function repeatedOf(names: readonly string[]): string | undefined {
  return names.find((name, at) => name !== '' && names.indexOf(name) !== at)
}
