import { Trans, useLingui } from '@lingui/react/macro'
import { useQueryClient } from '@tanstack/react-query'
import { FileUp } from 'lucide-react'
import { useState } from 'react'

import { type Endpoint, type Form, readKeys } from '../api/services'
import { Button, Dialog, ErrorNote, FilePicker, formatBytes, toast } from '../ui'
import styles from './JobDialog.module.css'
import { startJob } from './jobs'
import { ParameterFields } from './ParameterFields'

interface Props {
  service: string
  endpoint: Endpoint
  form: Form
  onClose: () => void
}

/** Files for a batch job, one for each input; its results are kept by the server until they are fetched. */
export function JobDialog({ service, endpoint, form, onClose }: Props) {
  const { t } = useLingui()
  const queries = useQueryClient()
  const [files, setFiles] = useState<Record<string, File>>({})
  const [parameters, setParameters] = useState<Record<string, string>>({})
  const [isPending, setPending] = useState(false)
  const [error, setError] = useState<unknown>(null)
  const isWhole =
    form.inputs.every(({ name }) => files[name]) && form.parameters.every((each) => !each.required || parameters[each.name])
  const start = async () => {
    setPending(true)
    setError(null)
    try {
      const { primary } = await readKeys(service, endpoint.name)
      await startJob(form, primary, { files, parameters })
      await queries.invalidateQueries({ queryKey: ['jobs'] })
      toast.ok(t`The batch job is started.`)
      onClose()
    } catch (caught) {
      setError(caught)
    } finally {
      setPending(false)
    }
  }
  const actions = (
    <>
      <Button onPress={onClose}>
        <Trans>Cancel</Trans>
      </Button>
      <Button variant="primary" isDisabled={!isWhole} isPending={isPending} onPress={() => void start()}>
        <Trans>Send and start</Trans>
      </Button>
    </>
  )
  return (
    <Dialog title={t`New batch job`} size="medium" isOpen onClose={onClose} actions={actions} isFirm={isPending}>
      <p>
        <Trans>CSV, TSV or ARFF; the columns are found by their names, in any order.</Trans>
      </p>
      {form.inputs.map((input) => (
        <FileOf
          key={input.name}
          name={input.name}
          columns={input.fields.map((field) => field.name)}
          file={files[input.name]}
          onFile={(file) => setFiles({ ...files, [input.name]: file })}
        />
      ))}
      <ParameterFields
        parameters={form.parameters}
        values={parameters}
        onChange={(name, value) => setParameters({ ...parameters, [name]: value })}
      />
      {error !== null && <ErrorNote error={error} />}
    </Dialog>
  )
}

interface FileOfProps {
  name: string
  columns: readonly string[]
  file: File | undefined
  onFile: (file: File) => void
}

function FileOf({ name, columns, file, onFile }: FileOfProps) {
  const { t } = useLingui()
  return (
    <div className={styles.file} role="group" aria-label={name}>
      <code>{name}</code>
      <FilePicker types={['.csv', '.tsv', '.arff']} onFiles={([chosen]) => chosen && onFile(chosen)}>
        <Button icon={<FileUp />}>{file ? t`Another file` : t`Choose a file`}</Button>
      </FilePicker>
      <span className={styles.chosen}>{file ? `${file.name} · ${formatBytes(file.size)}` : t`no file yet`}</span>
      <span className={styles.columns}>{columns.join(', ')}</span>
    </div>
  )
}
