"""Second listings of what the tables of facts say, written apart from them, for the validator to compare."""

CONTINENT_COUNTRIES = {
    "Africa": (
        "Algeria,Angola,Benin,Botswana,Burkina Faso,Burundi,Cameroon,Cape Verde,the Central African Republic,Chad,the Comoros,"
        "the Democratic Republic of the Congo,the Republic of the Congo,Djibouti,Equatorial Guinea,Eritrea,Eswatini,Ethiopia,"
        "Gabon,the Gambia,Ghana,Guinea,Guinea-Bissau,the Ivory Coast,Kenya,Lesotho,Liberia,Libya,Madagascar,Malawi,Mali,"
        "Mauritania,Mauritius,Morocco,Mozambique,Namibia,Niger,Nigeria,Rwanda,Sao Tome and Principe,Senegal,the Seychelles,"
        "Sierra Leone,Somalia,South Africa,South Sudan,Sudan,Tanzania,Togo,Tunisia,Uganda,Zambia,Zimbabwe"
    ).split(","),
    "Asia": (
        "Afghanistan,Bahrain,Bangladesh,Bhutan,Brunei,Cambodia,China,East Timor,India,Indonesia,Iran,Iraq,Israel,Japan,Jordan,"
        "Kuwait,Kyrgyzstan,Laos,Lebanon,Malaysia,the Maldives,Mongolia,Myanmar,Nepal,North Korea,Oman,Pakistan,the Philippines,"
        "Qatar,Saudi Arabia,Singapore,South Korea,Sri Lanka,Syria,Tajikistan,Thailand,Turkmenistan,the United Arab Emirates,"
        "Uzbekistan,Vietnam,Yemen"
    ).split(","),
    "Europe": (
        "Albania,Andorra,Austria,Belarus,Belgium,Bosnia and Herzegovina,Bulgaria,Croatia,Czechia,Denmark,Estonia,Finland,France,"
        "Germany,Greece,Hungary,Iceland,Ireland,Italy,Latvia,Liechtenstein,Lithuania,Luxembourg,Malta,Moldova,Monaco,Montenegro,"
        "the Netherlands,North Macedonia,Norway,Poland,Portugal,Romania,San Marino,Serbia,Slovakia,Slovenia,Spain,Sweden,"
        "Switzerland,Ukraine,the United Kingdom"
    ).split(","),
    "North America": (
        "Antigua and Barbuda,the Bahamas,Barbados,Belize,Canada,Costa Rica,Cuba,Dominica,the Dominican Republic,El Salvador,"
        "Grenada,Guatemala,Haiti,Honduras,Jamaica,Mexico,Nicaragua,Panama,Saint Kitts and Nevis,Saint Lucia,"
        "Saint Vincent and the Grenadines,the United States"
    ).split(","),
    "South America": "Argentina,Bolivia,Brazil,Chile,Colombia,Ecuador,Guyana,Paraguay,Peru,Suriname,Uruguay,Venezuela".split(
        ","
    ),
    "Oceania": (
        "Australia,Fiji,Kiribati,the Marshall Islands,Micronesia,Nauru,New Zealand,Palau,Papua New Guinea,Samoa,"
        "the Solomon Islands,Tonga,Tuvalu,Vanuatu"
    ).split(","),
}
"""Countries on one continent only; those on two, or argued about, are in no list."""

ELEMENT_SYMBOLS = (
    "H He Li Be B C N O F Ne Na Mg Al Si P S Cl Ar K Ca Sc Ti V Cr Mn Fe Co Ni Cu Zn Ga Ge As Se Br Kr "
    "Rb Sr Y Zr Nb Mo Tc Ru Rh Pd Ag Cd In Sn Sb Te I Xe Cs Ba La Ce Pr Nd Pm Sm Eu Gd Tb Dy Ho Er Tm Yb Lu "
    "Hf Ta W Re Os Ir Pt Au Hg Tl Pb Bi Po At Rn Fr Ra Ac Th Pa U Np Pu Am Cm Bk Cf Es Fm Md No Lr "
    "Rf Db Sg Bh Hs Mt Ds Rg Cn Nh Fl Mc Lv Ts Og"
).split()
"""In the order of atomic numbers."""

STATE_CAPITALS = dict(
    pair.split("=")
    for pair in (
        "AK=Juneau,AL=Montgomery,AR=Little Rock,AZ=Phoenix,CA=Sacramento,CO=Denver,CT=Hartford,DE=Dover,FL=Tallahassee,"
        "GA=Atlanta,HI=Honolulu,IA=Des Moines,ID=Boise,IL=Springfield,IN=Indianapolis,KS=Topeka,KY=Frankfort,LA=Baton Rouge,"
        "MA=Boston,MD=Annapolis,ME=Augusta,MI=Lansing,MN=Saint Paul,MO=Jefferson City,MS=Jackson,MT=Helena,NC=Raleigh,"
        "ND=Bismarck,NE=Lincoln,NH=Concord,NJ=Trenton,NM=Santa Fe,NV=Carson City,NY=Albany,OH=Columbus,OK=Oklahoma City,"
        "OR=Salem,PA=Harrisburg,RI=Providence,SC=Columbia,SD=Pierre,TN=Nashville,TX=Austin,UT=Salt Lake City,VA=Richmond,"
        "VT=Montpelier,WA=Olympia,WI=Madison,WV=Charleston,WY=Cheyenne"
    ).split(",")
)

CONSTELLATIONS = frozenset(
    (
        "Andromeda,Antlia,Apus,Aquarius,Aquila,Ara,Aries,Auriga,Bootes,Caelum,Camelopardalis,Cancer,Canes Venatici,Canis Major,"
        "Canis Minor,Capricornus,Carina,Cassiopeia,Centaurus,Cepheus,Cetus,Chamaeleon,Circinus,Columba,Coma Berenices,"
        "Corona Australis,Corona Borealis,Corvus,Crater,Crux,Cygnus,Delphinus,Dorado,Draco,Equuleus,Eridanus,Fornax,Gemini,Grus,"
        "Hercules,Horologium,Hydra,Hydrus,Indus,Lacerta,Leo,Leo Minor,Lepus,Libra,Lupus,Lynx,Lyra,Mensa,Microscopium,Monoceros,"
        "Musca,Norma,Octans,Ophiuchus,Orion,Pavo,Pegasus,Perseus,Phoenix,Pictor,Pisces,Piscis Austrinus,Puppis,Pyxis,Reticulum,"
        "Sagitta,Sagittarius,Scorpius,Sculptor,Scutum,Serpens,Sextans,Taurus,Telescopium,Triangulum,Triangulum Australe,Tucana,"
        "Ursa Major,Ursa Minor,Vela,Virgo,Volans,Vulpecula"
    ).split(",")
)
