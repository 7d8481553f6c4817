// SPDX-License-Identifier: Apache-2.0

/// Lists of terms that several rules use.
enum TermLists {
  /// Coding schemes of PS3.16 table 8-1.
  static let schemes = Set(named("codingSchemes"))

  /// The terms of a list; empty where there is none of this name.
  static func named(_ name: some StringProtocol) -> [String] {
    let text: StaticString
    switch name {
    case "pairedBodyParts": text = pairedBodyParts
    case "unpairedBodyParts": text = unpairedBodyParts
    case "codingSchemes": text = codingSchemes
    default: return []
    }
    return text.description.split { $0 == "," || $0 == "\n" || $0 == " " }.map(String.init)
  }

  /// Body Part Examined: structures of which there are two (PS3.16 Annex L).
  static let pairedBodyParts: StaticString = """
    ADRENAL,ANKLE,ARM,AXILLA,BREAST,CALCANEUS,CALF,CAROTID,CLAVICLE,CORNEA,EAR,ELBOW,EXTREMITY,EYE,EYELID,FEMUR,FINGER
    FOOT,FOREARM,HAND,HIP,HUMERUS,IAC,KIDNEY,KNEE,LEG,ORBIT,OVARY,PAROTID,PATELLA,RADIUS,RIB,SCAPULA
    SCLERA,SHOULDER,TESTIS
    THIGH,THUMB,TIBIA,TMJ,TOE,ULNA,URETER,WRIST,ZYGOMA
    """

  /// Body Part Examined: structures of which there is one (PS3.16 Annex L).
  static let unpairedBodyParts: StaticString = """
    ABDOMEN,ABDOMENPELVIS,AORTA,BACK,BLADDER,BRAIN,BRONCHUS,CEREBELLUM,CERVIX,CHEST,CHESTABDOMEN,CHESTABDPELVIS
    CIRCLEOFWILLIS,COCCYX,COLON,CORONARYARTERY,CSPINE,CTSPINE,DUODENUM,ESOPHAGUS,FACE,GALLBLADDER,HEAD,HEADNECK,HEART
    ILEUM,JAW,JEJUNUM,LARYNX,LIVER,LSPINE,LSSPINE,MAXILLA,MEDIASTINUM,MOUTH,NECK,NECKCHEST,NECKCHESTABDOMEN
    NECKCHESTABDPELV,NOSE,PANCREAS,PELVIS,PENIS,PHARYNX,PROSTATE,RECTUM,SCALP,SCROTUM,SKULL,SPINE,SPLEEN,SSPINE,STERNUM
    STOMACH,THORAX,THYMUS,THYROID,TLSPINE,TONGUE,TRACHEA,TSPINE,URETHRA,UTERUS,VAGINA,VULVA,WHOLEBODY
    """

  /// Coding Scheme Designator (PS3.16 table 8-1). Others are private and begin with 99.
  static let codingSchemes: StaticString = """
    ACR,ASTM-sdl,BARI,BI,C4,C5,CD2,CVX,DC,DCM,DCMUID,E,E6,E7,FMA,GMDN,HC,HCPT,HI,HPC,I10,I10C,I10P,I11,I9,I9C,IBSI,ICDO
    ICDO3,IHERO,ISO3166_1,ISO639_1,ISO639_2,ISO_OID,ITIS_TSN,JJ1017,JC,JLAC10,LB,LN,MA,MAYOASRG,MAYONRISBSASRG,MDC,MDDX
    MGI,MSH,NCDR,NCIt,NDA,NDC,NEU,NICIP,NYUMCCG,PATHLEX,POS,PUBCHEM_CID,RADELEMENT,RADLEX,RFC3066,RFC5646,RO,RRID,RXNORM
    SCPECG,SCT,SDM,SNM3,SRT,UBERON,UCUM,UMD,UML,UMLS,UNS,UPC,XCOM
    """
}
