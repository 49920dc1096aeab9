/** The question before something that is kept is removed, with what hangs on it. */
import { Plural, Trans, useLingui } from '@lingui/react/macro'

import { type Dataset, type Kind, useRemoveKept, useUsedBy } from '../api/datasets'
import { Confirm, Note, toast } from '../ui'
import { UsedBy } from './UsedBy'

interface Props {
  kind: Kind
  /** The dialog is open while there is one. */
  asset: Dataset | null
  onClose: () => void
  onRemoved?: () => void
}

export function RemoveDialog({ kind, asset, onClose, onRemoved }: Props) {
  const { t } = useLingui()
  const remove = useRemoveKept(kind)
  const { data: usedBy } = useUsedBy(kind, asset?.name)
  if (!asset) return null
  const { name, version } = asset
  const isUsed = usedBy && usedBy.experiments.length + usedBy.services.length > 0
  const confirm = () =>
    remove.mutate(asset.id, {
      onSuccess: () => {
        onClose()
        toast.ok(t`${name} is removed.`)
        onRemoved?.()
      },
      onError: (error) => toast.error(error),
    })
  return (
    <Confirm title={t`Remove ${name}?`} action={t`Remove`} isDanger isOpen isPending={remove.isPending} onClose={onClose} onConfirm={confirm}>
      <p>
        <Plural value={version} one="Its only version goes." other="All # versions of it go." />{' '}
        <Trans>This cannot be undone. Results of runs stay as they are.</Trans>
      </p>
      {isUsed && (
        <Note tone="warn">
          <Trans>These use it. Experiments cannot run again without it; web services go on with what they have.</Trans>
          <UsedBy kind={kind} name={name} />
        </Note>
      )}
    </Confirm>
  )
}
