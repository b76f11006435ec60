import './styles/fonts.css';
import './styles/tokens.css';
import './styles/base.css';
import './styles/controls.css';
import './styles/parts.css';
import './styles/shell.css';
import { askForPage } from './first/answers.ts';
import { firstLanguage, readLanguage } from './first/language.ts';

// Everything the first picture needs is asked for at once; the rest of the code takes it up when it is there.
// The language first: nothing can be drawn without it.
const language = firstLanguage();
readLanguage(language).catch(() => undefined);
askForPage();
import('./app/start.tsx')
  .then(({ start }) => start(language))
  .catch((thrown: unknown) => {
    const root = document.getElementById('root');
    if (root !== null)
      root.textContent = 'Máy chủ không trả lời. Hãy tải lại trang. · The server does not answer. Reload the page.';
    throw thrown;
  });
