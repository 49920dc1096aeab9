import { Trans, useLingui } from '@lingui/react/macro'
import { useQuery } from '@tanstack/react-query'
import { Package } from 'lucide-react'

import { language, type ModuleRemedy } from '../api/language'
import { links } from '../app/links'
import { CodeBlock } from '../debugging/CodeBlock'
import { Dialog, ErrorNote, LinkButton, Loading } from '../ui'
import { metadataFor } from './metadata'

interface ImportDialogProps {
  /** As the script imports it. */
  module: string
  environment: string
  onClose: () => void
}

/** The ways to a package that the environment of a script lacks. */
export function ImportDialog({ module, environment, onClose }: ImportDialogProps) {
  const { t } = useLingui()
  const { data, error } = useQuery({
    queryKey: ['language', 'module', module, environment],
    queryFn: ({ signal }) => language.module(module, environment, signal),
  })
  const actions = (
    <LinkButton variant="primary" icon={<Package />} href={links.environments()} onPress={onClose}>
      <Trans>Open the environments</Trans>
    </LinkButton>
  )
  return (
    <Dialog title={t`How to get ${module}`} isOpen onClose={onClose} size="medium" actions={actions}>
      <p>
        <Trans>
          The script imports <code>{module}</code>, which environment <code>{environment}</code> does not have.
        </Trans>
      </p>
      {error ? <ErrorNote error={error} /> : data ? <Ways remedy={data} environment={environment} /> : <Loading />}
    </Dialog>
  )
}

function Ways({ remedy: { package: name, environments, command }, environment }: { remedy: ModuleRemedy; environment: string }) {
  const { t } = useLingui()
  const having = environments.join(', ')
  return (
    <>
      {having && (
        <p>
          <Trans>
            These environments have it: <strong>{having}</strong>. Choose one of them for this node or for the whole experiment.
          </Trans>
        </p>
      )}
      <p>
        {command ? (
          <Trans>
            Its package is most likely called <code>{name}</code>. An environment that has it can be made on the page of the
            environments, or so:
          </Trans>
        ) : (
          <Trans>
            Its package is most likely called <code>{name}</code>. Install it where <code>{environment}</code> comes from, then
            update that.
          </Trans>
        )}
      </p>
      {command && <CodeBlock title={t`In a terminal`} text={command} />}
      <CodeBlock title={t`Or at the top of the script, with all that it imports`} text={metadataFor([...new Set(['pandas', name])])} />
    </>
  )
}
