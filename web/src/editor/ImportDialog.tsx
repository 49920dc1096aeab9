import { Trans, useLingui } from '@lingui/react/macro'
import { Package } from 'lucide-react'

import { links } from '../app/links'
import { Dialog, LinkButton } from '../ui'
import { CodeBlock } from '../debugging/CodeBlock'
import { distributionOf } from './distributions'
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
  const name = distributionOf(module)
  const actions = (
    <LinkButton variant="primary" icon={<Package />} href={links.environments()} onPress={onClose}>
      <Trans>Open the environments</Trans>
    </LinkButton>
  )
  return (
    <Dialog title={t`How to get ${module}`} isOpen onClose={onClose} size="medium" actions={actions}>
      <p>
        <Trans>
          The script imports <code>{module}</code>, which environment <code>{environment}</code> does not have. Make an environment
          that has it, then choose that for this node or for the whole experiment. The package is mostly called as the module is;
          here <code>{name}</code> is taken for its name.
        </Trans>
      </p>
      <CodeBlock title={t`In a terminal`} text={`bottega environment create NAME --packages pandas ${name}`} />
      <CodeBlock title={t`Or at the top of the script, with all that it imports`} text={metadataFor(['pandas', name])} />
    </Dialog>
  )
}
