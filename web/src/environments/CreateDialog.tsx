import type { MessageDescriptor } from '@lingui/core'
import { msg } from '@lingui/core/macro'
import { Trans, useLingui } from '@lingui/react/macro'
import { useState } from 'react'
import { useLocation } from 'wouter'

import { type EnvironmentBuild, type NewEnvironment, type PythonFound, useCreateEnvironment, usePythons } from '../api/environments'
import { useWorkspace } from '../api/workspace'
import { links } from '../app/links'
import { Button, Dialog, ErrorNote, Select, Switch, TextField } from '../ui'
import { isName } from './naming'
import { PackagesBox } from './PackagesBox'

interface Props {
  /** What it is to be, as far as that is known. */
  wished: { name: string } & Partial<Pick<EnvironmentBuild, 'requirements' | 'python' | 'compatibility'>>
  /** Names that there are. */
  taken: ReadonlySet<string>
  onClose: () => void
}

const FIRST = 'pandas\npyarrow\n'
const BY_PATH = 'path'

/** A name, packages and a Python; what becomes of it is told on the page of the new environment. */
export function CreateDialog({ wished, taken, onClose }: Props) {
  const { t } = useLingui()
  const [, go] = useLocation()
  const create = useCreateEnvironment()
  const [name, setName] = useState(wished.name)
  const [requirements, setRequirements] = useState(wished.requirements ?? FIRST)
  const [python, setPython] = useState<string | null>(wished.python?.startsWith('/') ? BY_PATH : (wished.python ?? null))
  const [path, setPath] = useState(wished.python?.startsWith('/') ? wished.python : '')
  const [compatibility, setCompatibility] = useState(wished.compatibility ?? false)
  const isByPath = python === BY_PATH
  const wrong = faultOf(name, taken)
  const isReady = name !== '' && wrong === null && (isByPath ? path.startsWith('/') : requirements.trim() !== '')
  // What an interpreter has already is mostly all that is wanted of it.
  const choosePython = (chosen: string | null) => {
    setPython(chosen)
    if (chosen === BY_PATH && requirements === FIRST) setRequirements('')
    if (chosen !== BY_PATH && requirements === '') setRequirements(FIRST)
  }
  const begin = () => {
    const wish: Partial<NewEnvironment> & { name: string } = { name, requirements, compatibility, python: isByPath ? path : python }
    create.mutate(wish, {
      onSuccess: () => {
        onClose()
        go(links.environment(name))
      },
    })
  }
  const actions = (
    <>
      <Button onPress={onClose}>
        <Trans>Cancel</Trans>
      </Button>
      <Button variant="primary" isDisabled={!isReady} isPending={create.isPending} onPress={begin}>
        <Trans>Build</Trans>
      </Button>
    </>
  )
  return (
    <Dialog title={t`New environment`} size="medium" isOpen onClose={onClose} actions={actions}>
      <TextField
        label={t`Name`}
        autoFocus
        value={name}
        onChange={(text) => setName(text.trim())}
        maxLength={64}
        placeholder="forecasts"
        error={name === '' || wrong === null ? null : t(wrong)}
        description={t`Experiments and scripts choose it by this name.`}
      />
      <PythonSelect value={python} onChange={choosePython} />
      {isByPath && (
        <TextField
          label={t`Path of the interpreter on the server`}
          isCode
          value={path}
          onChange={setPath}
          placeholder="/opt/conda/bin/python"
          description={t`Without packages it is used as it is, with what is installed there.`}
        />
      )}
      <PackagesBox value={requirements} onChange={setRequirements} isOptional={isByPath} />
      <Switch
        isSelected={compatibility}
        onChange={setCompatibility}
        description={t`Names that pandas, NumPy and others removed work in scripts, each with a line in the log that says what to write today.`}
      >
        {t`Old library names`}
      </Switch>
      {create.error && <ErrorNote error={create.error} />}
    </Dialog>
  )
}

function PythonSelect({ value, onChange }: { value: string | null; onChange: (python: string | null) => void }) {
  const { t } = useLingui()
  const pythons = usePythons().data ?? []
  const mayName = useWorkspace().data?.settings.allow_local_files ?? false
  const own = pythons.find(({ is_own }) => is_own)
  const options = [
    { id: '', label: own ? t`Python ${own.version}` : t`The server’s own`, description: t`The one that the server itself runs on` },
    ...pythons.filter((each) => !each.is_own).map(({ version }) => ({ id: version, label: t`Python ${version}`, description: isOld(version) && t`For scripts of old; few packages of today have versions for it` })),
    ...(mayName ? [{ id: BY_PATH, label: t`Another, by its path`, description: t`As it is, or as the ground of a new one` }] : []),
  ]
  return <Select label={t`Python`} options={options} value={value ?? ''} onChange={(chosen) => onChange(chosen || null)} />
}

const OLDEST = 9 // of Python 3 for which today's packages are made

function isOld(version: PythonFound['version']): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number)
  return major < 3 || minor < OLDEST
}

function faultOf(name: string, taken: ReadonlySet<string>): MessageDescriptor | null {
  if (!isName(name)) return msg`Use letters, digits, dots, dashes and underscores; a letter or a digit comes first.`
  return taken.has(name) ? msg`There is an environment of this name.` : null
}
