// The journey in the Electron window.
import { skipWithoutElectron } from '../support/desktop-app.ts';
import { tellJourney } from '../support/journey.ts';
import { startElectron } from '../support/shell.ts';

skipWithoutElectron();
tellJourney(startElectron);
