import { Trans } from '@lingui/react/macro'

import { formatBytes } from '../ui'
import { extensions, type FileFault, LARGEST } from './files'

/** Why a file is not sent. */
export function Fault({ fault, file }: { fault: FileFault; file: File }) {
  const known = extensions.join(', ')
  if (fault === 'empty') return <Trans>The file is empty.</Trans>
  if (fault === 'size') {
    const [size, most] = [formatBytes(file.size), formatBytes(LARGEST)]
    return <Trans>The file has {size}; a dataset takes at most {most}. Parquet is smaller than text.</Trans>
  }
  return <Trans>The name {file.name} tells no format that can be read. The endings are {known}.</Trans>
}
