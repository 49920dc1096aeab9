import { Trans, useLingui } from '@lingui/react/macro'
import { FileUp } from 'lucide-react'

import { Button, FilePicker, Note, TextField, toast } from '../ui'
import look from './environments.module.css'
import { hasFrames } from './naming'

interface Props {
  value: string
  onChange: (requirements: string) => void
  isOptional?: boolean
}

const LONGEST = 65_536 // as the server takes them
const ROWS = 9

/** Packages as a requirements file lists them: written, pasted, or taken from such a file. */
export function PackagesBox({ value, onChange, isOptional = false }: Props) {
  const { t } = useLingui()
  const take = async ([file]: File[]) => {
    if (!file) return
    if (file.size > LONGEST) toast.error(t`${file.name} is too long for a list of packages.`)
    else onChange((await file.text()).replace(/\r\n?/g, '\n'))
  }
  const picker = (
    <FilePicker types={['.txt', '.in', '.lock']} onFiles={(files) => void take(files)}>
      <Button size="small" variant="quiet" icon={<FileUp />}>
        <Trans>From a file…</Trans>
      </Button>
    </FilePicker>
  )
  return (
    <div className={look.packagesBox}>
      <TextField
        label={t`Packages`}
        isCode
        rows={ROWS}
        value={value}
        onChange={onChange}
        maxLength={LONGEST}
        placeholder={'scikit-learn>=1.5\npolars'}
        spellCheck="false"
        description={t`One a line, as in a requirements file. They come from the package index as wheels; nothing of them runs while they are installed.`}
      />
      {/* Beside the field, not in it: what is in a text field takes its input for the text's. */}
      <div>{picker}</div>
      {value.trim() !== '' && !hasFrames(value) && !isOptional && (
        <Note
          tone="warn"
          actions={
            <Button size="small" onPress={() => onChange(`pandas\n${value}`)}>
              <Trans>Add pandas</Trans>
            </Button>
          }
        >
          <Trans>Tables reach a script as pandas frames, so scripts need pandas.</Trans>
        </Note>
      )}
    </div>
  )
}
